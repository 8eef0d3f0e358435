// What a stream saw second by second, in bounded memory: longer streams have longer steps. It is what the recorder of
// src/media/stream-timeline.ts is to JavaScript.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

class StreamTimeline {
 public:
  /** The totals of a stream at one moment. */
  struct Totals {
    double expected;
    double lost;
    double discarded;
    double jitterMs;
  };
  /** What a step has added. */
  struct Row {
    float expected;
    float lost;
    float discarded;
    float jitterMs;
    float gapMs;
  };

  /** The step that goes on ends here; before the first packet at once. */
  double endMs() const { return endMs_; }
  double startMs() const { return startMs_; }
  double stepMs() const { return stepMs_; }

  void begin(double atMs);
  void gap(double ms) {
    if (ms > gapMs_) gapMs_ = ms;
  }
  /** A packet arrives after the end of the step: what the totals have grown by belongs to it. */
  void close(double atMs, const Totals& totals);
  /** The steps so far, with the one that goes on. */
  std::vector<Row> rows(const Totals& totals) const;

 private:
  static constexpr size_t kMaxSteps = 120;

  Row grown(const Totals& totals) const;
  void push(const Totals& totals);
  void halve();

  double endMs_ = -std::numeric_limits<double>::infinity();
  double startMs_ = 0;
  double stepMs_ = 1000;
  Totals before_ = {0, 0, 0, 0};
  double gapMs_ = 0;
  std::vector<Row> rows_;
};

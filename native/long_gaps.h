// When a stream was silent for long: the longest of its gaps, in order of time, as src/media/long-gaps.ts keeps them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

class LongGaps {
 public:
  struct Gap {
    double toMs;
    double ms;
  };

  const std::vector<Gap>& all() const { return gaps_; }

  void push(double toMs, double ms) {
    if (ms < kShortestMs) return;
    gaps_.push_back({toMs, ms});
    if (gaps_.size() <= kMost) return;
    gaps_.erase(std::min_element(gaps_.begin(), gaps_.end(), [](const Gap& a, const Gap& b) { return a.ms < b.ms; }));
  }

 private:
  /** Shorter gaps are jitter. */
  static constexpr double kShortestMs = 60;
  static constexpr size_t kMost = 32;

  std::vector<Gap> gaps_;
};

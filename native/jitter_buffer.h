// A model of the jitter buffer of a terminal: it holds no packets, it tells which would have come too late to be
// played. It is what src/media/jitter-buffer.ts is to JavaScript, where the algorithm is described.
#pragma once

#include <cstdint>
#include <limits>

struct JitterBufferSettings {
  /** A fixed one keeps its first delay. */
  bool isFixed = false;
  double initialMs = 60;
  double minMs = 40;
  double maxMs = 200;
};

class JitterBuffer {
 public:
  JitterBuffer(const JitterBufferSettings& settings, double unitsPerMs)
      : settings_(settings), unitsPerMs_(unitsPerMs), delayMs_(settings.initialMs) {}

  /** Delay of a packet on the fastest transit, now. */
  double delayMs() const { return delayMs_; }
  /** Mean time that packets waited to be played; NaN: none was. */
  double meanHeldMs() const { return heldSumMs_ / static_cast<double>(held_); }
  /** Another source or another clock rate. */
  void restart(double unitsPerMs);
  /** Takes an audio packet; false when it came too late to be played. */
  bool take(double atMs, uint32_t timestamp);

 private:
  void begin(double transitMs);
  void miss(double transitMs, double lateMs);
  void adapt(double lateMs);

  JitterBufferSettings settings_;
  double unitsPerMs_;
  double delayMs_;
  uint32_t lastTimestamp_ = 0;
  /** Media time of the last packet, unwrapped, ms. */
  double mediaMs_ = 0;
  double fastestMs_ = std::numeric_limits<double>::quiet_NaN();
  double lastArrivalMs_ = 0;
  double meanMs_ = 0;
  double deviationMs_ = 0;
  int lateInSequence_ = 0;
  double heldSumMs_ = 0;
  int64_t held_ = 0;
};

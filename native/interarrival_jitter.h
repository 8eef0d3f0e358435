// Interarrival jitter of one stream (RFC 3550 A.8), with mean and maximum of its running value. It is what
// src/media/interarrival-jitter.ts is to JavaScript.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

class InterarrivalJitter {
 public:
  explicit InterarrivalJitter(double unitsPerMs) : unitsPerMs_(unitsPerMs) {}

  /** The running value in timestamp units. */
  double units() const { return units_; }
  double ms() const { return units_ / unitsPerMs_; }
  double meanMs() const { return sumMs_ / static_cast<double>(count_); }
  double maxMs() const { return maxMs_; }

  /** Timestamps that follow cannot be compared with those before: another source, or another clock rate. */
  void restart(double unitsPerMs) {
    units_ *= unitsPerMs / unitsPerMs_;
    unitsPerMs_ = unitsPerMs;
    transitUnits_ = std::numeric_limits<double>::quiet_NaN();
  }

  void push(uint32_t timestamp, double atMs) {
    // Timestamps wrap at 2^32, so does their distance to the arrival time in the same units.
    const double transit = atMs * unitsPerMs_ - timestamp;
    double step = transit - transitUnits_;
    transitUnits_ = transit;
    if (step > 0x80000000) step -= 0x1'0000'0000;
    else if (step < -2147483648.0) step += 0x1'0000'0000;
    if (std::fabs(step) <= kClockRestartMs * unitsPerMs_) units_ += (std::fabs(step) - units_) / 16;
    const double nowMs = ms();
    sumMs_ += nowMs;
    count_++;
    maxMs_ = std::max(maxMs_, nowMs);
  }

 private:
  /** A step of the transit time beyond this is a restarted media clock, not jitter. */
  static constexpr double kClockRestartMs = 10000;

  double unitsPerMs_;
  double units_ = 0;
  double maxMs_ = 0;
  double sumMs_ = 0;
  int64_t count_ = 0;
  double transitUnits_ = std::numeric_limits<double>::quiet_NaN();
};

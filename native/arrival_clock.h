// The kernel's times of arrival, which are of the wall clock, as moments of CLOCK_MONOTONIC. Both clocks are read once for
// all that is received in a round.
#pragma once

#include <cstdint>

#include "monotonic_clock.h"

class ArrivalClock {
 public:
  /** A round of receiving begins. */
  void read() {
    nowNs_ = monotonicNs();
    offsetNs_ = clockNs(CLOCK_REALTIME) - nowNs_;
  }
  /** When it began. */
  int64_t nowNs() const { return nowNs_; }

  /**
   * When a datagram with this time of the wall clock arrived; 0: the kernel did not say. A wall clock that was set
   * meanwhile cannot make it later than it is now, nor earlier than `notBeforeNs`.
   */
  int64_t arrivedNs(int64_t wallNs, int64_t notBeforeNs) const {
    if (wallNs == 0) return nowNs_;
    const int64_t at = wallNs - offsetNs_;
    if (at < notBeforeNs) return notBeforeNs;
    if (at <= nowNs_) return at;
    const int64_t now = monotonicNs();
    return at < now ? at : now;
  }

 private:
  int64_t nowNs_ = 0;
  int64_t offsetNs_ = 0;
};

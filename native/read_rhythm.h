// Whether a socket is read as soon as something is there, or once a millisecond.
#pragma once

#include <cstdint>

#include "monotonic_clock.h"

/**
 * A wake-up of the event loop costs more than a datagram. Where they come one by one but fast, they are gathered: the
 * kernel has noted when each arrived, so nothing that is measured is later for it.
 */
class ReadRhythm {
 public:
  /** After a read of `count` datagrams: whether the next one is to wait for the tick. */
  bool waits(int count, int64_t nowNs) {
    if (nowNs - sinceNs_ >= kWindowNs) {
      // What made a tick of this window worth its while still does, or no longer does.
      waits_ = (waits_ ? datagrams_ : reads_) >= kBusy;
      sinceNs_ = nowNs;
      reads_ = datagrams_ = 0;
    }
    reads_ += count > 0;
    datagrams_ += count;
    return waits_;
  }

 private:
  static constexpr int64_t kWindowNs = 16 * kNsPerMs;
  /** Two a millisecond. */
  static constexpr int kBusy = 32;

  int64_t sinceNs_ = 0;
  int reads_ = 0;
  int datagrams_ = 0;
  bool waits_ = false;
};

// A lock that is held for less than a microsecond, and hardly ever wanted by two at once: it costs no call of the system.
#pragma once

#include <sched.h>

#include <atomic>

/** As std::lock_guard takes it. */
class BriefLock {
 public:
  void lock() {
    // Who holds it may have lost its processor.
    while (held_.exchange(true, std::memory_order_acquire)) sched_yield();
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

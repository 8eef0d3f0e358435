// The clock by which packets leave and arrive.
#pragma once

#include <time.h>

#include <cstdint>

constexpr int64_t kNsPerMs = 1000000;

inline int64_t clockNs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

inline int64_t monotonicNs() {
  return clockNs(CLOCK_MONOTONIC);
}

/** By CLOCK_MONOTONIC; a signal cuts no sleep short. */
inline void sleepUntilNs(int64_t whenNs) {
  const timespec when = {static_cast<time_t>(whenNs / 1000000000), static_cast<long>(whenNs % 1000000000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) != 0) {
  }
}

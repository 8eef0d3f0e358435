// Thousands of streams are more than a cache holds: what is needed next is asked for while something else is done.
#pragma once

#include <cstddef>

/** The first `bytes` of what lies at `place`; nothing for nullptr. In place, since gcc drops a call without effects. */
__attribute__((always_inline)) inline void prefetch(const void* place, size_t bytes) {
  constexpr size_t kLine = 64;
  if (place == nullptr) return;
  for (size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(static_cast<const char*>(place) + at);
}

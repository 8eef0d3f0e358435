// What the programs of native/test/ share: failures are printed and counted.
#pragma once

#include <cstdio>

inline int failures = 0;

#define EXPECT(condition)                                                    \
  do {                                                                       \
    if (!(condition)) {                                                      \
      std::printf("line %d: not so: %s\n", __LINE__, #condition);            \
      failures++;                                                            \
    }                                                                        \
  } while (false)

/** The last line of a program, and its exit code. */
inline int verdict() {
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}

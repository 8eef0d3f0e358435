// Places of JavaScript's memory that one thread writes at a time while JavaScript reads them.
#pragma once

#include <cstdint>

template <typename Value>
void put(Value* place, Value value) {
  __atomic_store(place, &value, __ATOMIC_RELAXED);
}

inline void increase(uint32_t* counter, uint32_t amount) {
  put(counter, *counter + amount);
}

// Memory for what thousands of streams have each and every packet needs: pieces of one size lie side by side in huge
// pages, so that hardly any packet waits for the translation of an address. What is freed is used again, and nothing is
// given back to the system.
#pragma once

#include <cstddef>
#include <new>

/** Whole lines of the cache, of less than a huge page. Any thread may call both; `bytes` are the same. */
void* takeDense(size_t bytes);
void giveDense(void* piece, size_t bytes);

/** For std::allocate_shared. */
template <typename Value>
struct DenseAllocator {
  using value_type = Value;

  DenseAllocator() = default;
  template <typename Other>
  DenseAllocator(const DenseAllocator<Other>&) {}

  Value* allocate(size_t count) { return static_cast<Value*>(takeDense(count * sizeof(Value))); }
  void deallocate(Value* piece, size_t count) { giveDense(piece, count * sizeof(Value)); }
  bool operator==(const DenseAllocator&) const { return true; }
  bool operator!=(const DenseAllocator&) const { return false; }
};

/** What derives from it lies there when it is made by `new`. */
struct Dense {
  static void* operator new(size_t bytes) { return takeDense(bytes); }
  static void operator delete(void* piece, size_t bytes) { giveDense(piece, bytes); }
};

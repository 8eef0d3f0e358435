#include "dense_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {

constexpr size_t kLineBytes = 64;
constexpr size_t kHugePageBytes = 2 << 20;

#ifdef __SANITIZE_ADDRESS__
/** What is used after it was freed is found only in memory that the sanitizer watches. */
constexpr bool kIsDense = false;
#else
constexpr bool kIsDense = true;
#endif

/** A huge page where the system has one, and small ones where it has not. */
uint8_t* newPage() {
  // Of so much memory a whole huge page is part, and nothing else of it is ever touched.
  void* memory = mmap(nullptr, 2 * kHugePageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return static_cast<uint8_t*>(::operator new(kHugePageBytes));
  const auto at = (reinterpret_cast<uintptr_t>(memory) + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  auto* page = reinterpret_cast<uint8_t*>(at);
  madvise(page, kHugePageBytes, MADV_HUGEPAGE);
  return page;
}

class Pieces {
 public:
  void* take(size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::vector<void*>& free = free_[bytes];
    if (!free.empty()) {
      void* piece = free.back();
      free.pop_back();
      return piece;
    }
    if (static_cast<size_t>(end_ - next_) < bytes) {
      next_ = newPage();
      end_ = next_ + kHugePageBytes;
    }
    void* piece = next_;
    next_ += bytes;
    return piece;
  }

  void give(void* piece, size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    free_[bytes].push_back(piece);
  }

 private:
  std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void*>> free_;
  uint8_t* next_ = nullptr;
  uint8_t* end_ = nullptr;
};

/** Never destroyed: threads may outlive what is. */
Pieces& pieces() {
  static auto* all = new Pieces();
  return *all;
}

size_t wholeLines(size_t bytes) {
  return (bytes + kLineBytes - 1) / kLineBytes * kLineBytes;
}

}  // namespace

void* takeDense(size_t bytes) {
  return kIsDense ? pieces().take(wholeLines(bytes)) : ::operator new(bytes);
}

void giveDense(void* piece, size_t bytes) {
  if (kIsDense) pieces().give(piece, wholeLines(bytes));
  else ::operator delete(piece);
}

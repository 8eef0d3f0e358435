// Which of the newest packet indexes were received (RFC 3711 3.3.2).
#pragma once

#include <cstdint>
#include <cstring>

class ReplayWindow {
 public:
  enum class Verdict { kNew, kReplayed, kTooOld };

  Verdict check(uint64_t index) const {
    const auto number = static_cast<int64_t>(index);
    if (number > highest_) return Verdict::kNew;
    // It lies before the window, so that nobody can tell.
    if (number <= highest_ - kBits) return Verdict::kTooOld;
    return (word(index) & bit(index)) == 0 ? Verdict::kNew : Verdict::kReplayed;
  }

  /** The packet is authentic and new. */
  void accept(uint64_t index) {
    const auto number = static_cast<int64_t>(index);
    if (number > highest_) {
      if (number - highest_ >= kBits) memset(words_, 0, sizeof words_);
      else
        for (uint64_t next = highest_ + 1; next <= index; next++) words_[place(next)] &= ~bit(next);
      highest_ = number;
    }
    words_[place(index)] |= bit(index);
  }

 private:
  /** RFC 3711 3.3.2 asks for at least 64. */
  static constexpr int64_t kBits = 128;
  static constexpr uint64_t kWords = kBits / 64;

  static uint64_t place(uint64_t index) { return index / 64 % kWords; }
  static uint64_t bit(uint64_t index) { return uint64_t{1} << (index % 64); }
  uint64_t word(uint64_t index) const { return words_[place(index)]; }

  uint64_t words_[kWords] = {};
  int64_t highest_ = -1;
};

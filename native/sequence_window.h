// The sequence numbers of one source (RFC 3550 A.1), and the fate of each once no packet of that number can come any
// more. It is what src/media/sequence-window.ts is to JavaScript.
#pragma once

#include <cstdint>

#include "packet_fates.h"

class SequenceWindow {
 public:
  enum class Placement { kAhead, kLate, kDuplicate, kUnbelieved, kRestart };

  explicit SequenceWindow(PacketFates* fates) : fates_(fates) {}

  /** Begins with the first packet of a source. */
  void start(uint16_t sequence);
  uint16_t highest() const { return highest_; }
  int64_t extendedHighest() const { return cycles_ + highest_; }
  /** RFC 3550 A.3. */
  int64_t expected() const { return extendedHighest() - base_ + 1; }
  /** RFC 3550 A.1 update_seq. */
  Placement place(uint16_t sequence);
  /** The packet of this number, one of the last, was of no use. */
  void discard(uint16_t sequence) { discarded_.set(sequence); }
  /** What is not settled yet is as it stands. */
  void settleAll(PacketFates* fates) const;
  /** Fates up to now are nobody's business. */
  void forgive() { settled_ = extendedHighest(); }

 private:
  static constexpr int kMaxDropout = 3000;
  static constexpr int kMaxMisorder = 100;
  static constexpr int64_t kModulus = 0x10000;

  /** Of the last 128 numbers. */
  class Marks {
   public:
    void clear() { words_[0] = words_[1] = 0; }
    void set(int64_t number) { word(number) |= bit(number); }
    void unset(int64_t number) { word(number) &= ~bit(number); }
    bool has(int64_t number) const { return (words_[number >> 6 & 1] & bit(number)) != 0; }

   private:
    uint64_t& word(int64_t number) { return words_[number >> 6 & 1]; }
    static uint64_t bit(int64_t number) { return uint64_t{1} << (number & 63); }
    uint64_t words_[2] = {0, 0};
  };

  void advance(int ahead);
  Placement late(uint16_t sequence);
  void settle(int64_t number, PacketFates* fates) const;

  PacketFates* fates_;
  Marks received_;
  Marks discarded_;
  int64_t base_ = 0;
  uint16_t highest_ = 0;
  int64_t cycles_ = 0;
  int32_t badSequence_ = -1;
  /** Extended number up to which fates are settled. */
  int64_t settled_ = 0;
};

// The rollover counter of one source (RFC 3711 3.3.1 and appendix A): which multiple of 2^16 packets a sequence number
// belongs to, seen from the highest one so far. The first is taken to be in the first round.
#pragma once

#include <cstdint>

class PacketIndex {
 public:
  /** Of a packet with this sequence number; modulo 2^32. */
  uint32_t rolloverOf(uint16_t sequence) const {
    if (highest_ < 0) return 0;
    if (highest_ < kHalf) return sequence - highest_ > kHalf ? rollover_ - 1 : rollover_;
    return highest_ - kHalf > sequence ? rollover_ + 1 : rollover_;
  }

  /** The packet is authentic: later ones are judged from the highest. */
  void advance(uint32_t rollover, uint16_t sequence) {
    if (highest_ >= 0) {
      if (rollover == rollover_ - 1) return;
      if (rollover == rollover_ && sequence <= highest_) return;
    }
    rollover_ = rollover;
    highest_ = sequence;
  }

 private:
  static constexpr int32_t kHalf = 0x8000;
  uint32_t rollover_ = 0;
  int32_t highest_ = -1;
};

// What of a packet a cipher of SRTP works on.
#pragma once

#include <cstddef>
#include <cstdint>

struct SrtpPart {
  uint8_t* packet;
  /** What is encrypted, from `start` to before `end`; what is before is authenticated only. */
  size_t start;
  size_t end;
  uint32_t ssrc;
  /** 48 bits for SRTP, 31 for SRTCP. */
  uint64_t index;
  /** What the tag covers beyond the packet: the rollover counter, or SRTCP's word of the E flag and the index. */
  uint32_t word;
  uint8_t* tag;
};

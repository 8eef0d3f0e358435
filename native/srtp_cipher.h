// How one protocol's packets are encrypted and authenticated under one set of session keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "srtp_keys.h"

/** What of a packet a cipher works on. */
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

/** Used for one direction, given when it is made. */
class SrtpCipher {
 public:
  enum class Direction { kSeal, kOpen };

  static std::unique_ptr<SrtpCipher> make(const SrtpMasterKey& master, SrtpProtocol protocol, Direction direction);
  virtual ~SrtpCipher() = default;

  /** Encrypts in place and writes the tag. */
  virtual void seal(const SrtpPart& part) = 0;
  /** Checks the tag and decrypts in place; false when it is wrong, and then the packet is as it was. */
  virtual bool open(const SrtpPart& part) = 0;
};

// AES in counter mode with a truncated HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1): encrypted first, then authenticated.
#pragma once

#include <cstddef>
#include <cstdint>

#include "srtp_keys.h"
#include "srtp_part.h"

class AesCmCipher {
 public:
  AesCmCipher(const SrtpSessionKeys& keys, size_t tagBytes);
  /** As `SrtpCipher`'s. */
  void seal(const SrtpPart& part) const;
  bool open(const SrtpPart& part) const;

 private:
  static constexpr size_t kDigestBytes = 20;
  /** SHA-1 after the key's first block (RFC 2104 4), so that no packet pays for it. */
  using Midstate = uint32_t[5];

  static void startWith(Midstate* state, const std::string& key, uint8_t pad);
  void crypt(const SrtpPart& part) const;
  void digest(const SrtpPart& part, uint8_t* into) const;

  uint8_t key_[16];
  uint8_t salt_[16] = {};
  Midstate inner_;
  Midstate outer_;
  size_t tagBytes_;
};

// AES in Galois/counter mode (RFC 7714).
#pragma once

#include <cstddef>
#include <cstdint>

#include "srtp_keys.h"
#include "srtp_part.h"

class AesGcmCipher {
 public:
  AesGcmCipher(const SrtpSessionKeys& keys, SrtpProtocol protocol);
  /** As `SrtpCipher`'s. */
  void seal(const SrtpPart& part) const;
  bool open(const SrtpPart& part) const;

 private:
  static constexpr size_t kTagBytes = 16;
  static constexpr size_t kIvBytes = 12;

  /** By `Gcm`, which is `AesNiGcm` or does the same by EVP. */
  template <typename Gcm>
  Gcm begin(const SrtpPart& part, bool seals) const;
  template <typename Gcm>
  void sealBy(const SrtpPart& part) const;
  template <typename Gcm>
  bool openBy(const SrtpPart& part) const;

  uint8_t key_[32];
  uint8_t salt_[kIvBytes] = {};
  bool is256_;
  bool coversWord_;
};

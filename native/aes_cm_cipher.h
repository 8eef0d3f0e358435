// AES in counter mode with a truncated HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1): encrypted first, then authenticated.
#pragma once

#include "openssl.h"
#include "srtp_cipher.h"

class AesCmCipher : public SrtpCipher {
 public:
  AesCmCipher(const SrtpSessionKeys& keys, size_t tagBytes);
  ~AesCmCipher() override;
  void seal(const SrtpPart& part) override;
  bool open(const SrtpPart& part) override;

 private:
  static constexpr size_t kDigestBytes = 20;

  void crypt(const SrtpPart& part);
  void digest(const SrtpPart& part, uint8_t* into) const;

  evp_cipher_ctx_st* cipher_;
  uint8_t salt_[16] = {};
  size_t tagBytes_;
  /** SHA-1 after the key's first block (RFC 2104 4), so that no packet pays for it. */
  Sha1State inner_;
  Sha1State outer_;
};

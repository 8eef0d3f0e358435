// What `AesNiGcm` does, by EVP of OpenSSL: where there is no AES-NI, or an executable that keeps OpenSSL's code for it to
// itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include "thread_cipher.h"

class EvpGcm {
 public:
  EvpGcm(const uint8_t* key, int keyBits, const uint8_t* iv, bool seals)
      : cipher_(threadCipher(keyBits == 256 ? CipherKind::kAes256Gcm : CipherKind::kAes128Gcm)) {
    openssl.EVP_CipherInit_ex(cipher_, nullptr, nullptr, key, iv, seals ? 1 : 0);
  }

  void associate(const uint8_t* bytes, size_t length) { update(nullptr, bytes, length); }
  void encrypt(uint8_t* at, size_t bytes) { update(at, at, bytes); }
  void decrypt(uint8_t* at, size_t bytes) { update(at, at, bytes); }
  void writeTag(uint8_t* tag, size_t bytes) {
    finish(tag);
    openssl.EVP_CIPHER_CTX_ctrl(cipher_, kEvpGetTag, static_cast<int>(bytes), tag);
  }
  bool hasTag(uint8_t* tag, size_t bytes) {
    openssl.EVP_CIPHER_CTX_ctrl(cipher_, kEvpSetTag, static_cast<int>(bytes), tag);
    uint8_t none[16];
    return finish(none);
  }

 private:
  void update(uint8_t* into, const uint8_t* bytes, size_t length) {
    int written = 0;
    if (length > 0) openssl.EVP_CipherUpdate(cipher_, into, &written, bytes, static_cast<int>(length));
  }
  bool finish(uint8_t* into) {
    int written = 0;
    return openssl.EVP_CipherFinal_ex(cipher_, into, &written) > 0;
  }

  evp_cipher_ctx_st* cipher_;
};

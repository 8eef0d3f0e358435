// AES by the processor's own instructions, through OpenSSL's code for them, without what EVP does around it: for a packet
// of audio that is most of the time. It needs an executable that has OpenSSL within itself, as those of Node.js do.
#pragma once

#include <cstddef>
#include <cstdint>

#include "openssl.h"

/** Whether the rest may be used: otherwise EVP does the same. */
bool hasAesNi();

/** Encrypts or decrypts in place in counter mode by a key of 128 bits, from the counter block `iv` on. */
void cryptCounterByAesNi(const uint8_t* key, const uint8_t* iv, uint8_t* at, size_t bytes);

/** Of the calling thread, for one packet in Galois/counter mode, under a key of 128 or 256 bits and an IV of 96. */
class AesNiGcm {
 public:
  AesNiGcm(const uint8_t* key, int keyBits, const uint8_t* iv, bool seals);

  void associate(const uint8_t* bytes, size_t length) { openssl.CRYPTO_gcm128_aad(context_, bytes, length); }
  void encrypt(uint8_t* at, size_t bytes);
  void decrypt(uint8_t* at, size_t bytes);
  void writeTag(uint8_t* tag, size_t bytes) { openssl.CRYPTO_gcm128_tag(context_, tag, bytes); }
  bool hasTag(const uint8_t* tag, size_t bytes) { return openssl.CRYPTO_gcm128_finish(context_, tag, bytes) == 0; }

 private:
  gcm128_context* context_;
};

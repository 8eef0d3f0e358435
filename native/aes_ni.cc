#include "aes_ni.h"

#include <cstring>

namespace {

bool hasInstructions() {
#ifdef __x86_64__
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("ssse3");
#else
  return false;
#endif
}

struct ThreadGcm {
  AesSchedule schedule;
  gcm128_context* context;

  ThreadGcm() {
    const uint8_t anyKey[16] = {};
    openssl.aesni_set_encrypt_key(anyKey, 128, &schedule);
    context = openssl.CRYPTO_gcm128_new(&schedule, openssl.aesni_encrypt);
  }
  ~ThreadGcm() { openssl.CRYPTO_gcm128_release(context); }
};

}  // namespace

bool hasAesNi() {
  static const bool has = openssl.missingForAesNi.empty() && hasInstructions();
  return has;
}

void cryptCounterByAesNi(const uint8_t* key, const uint8_t* iv, uint8_t* at, size_t bytes) {
  AesSchedule schedule;
  openssl.aesni_set_encrypt_key(key, 128, &schedule);
  uint8_t counter[16];
  memcpy(counter, iv, sizeof counter);
  uint8_t unused[16] = {};
  unsigned used = 0;
  openssl.CRYPTO_ctr128_encrypt_ctr32(at, at, bytes, &schedule, counter, unused, &used,
                                      openssl.aesni_ctr32_encrypt_blocks);
}

AesNiGcm::AesNiGcm(const uint8_t* key, int keyBits, const uint8_t* iv, bool) {
  thread_local ThreadGcm ofThread;
  context_ = ofThread.context;
  openssl.aesni_set_encrypt_key(key, keyBits, &ofThread.schedule);
  openssl.CRYPTO_gcm128_init(context_, &ofThread.schedule, openssl.aesni_encrypt);
  openssl.CRYPTO_gcm128_setiv(context_, iv, 12);
}

void AesNiGcm::encrypt(uint8_t* at, size_t bytes) {
  openssl.CRYPTO_gcm128_encrypt_ctr32(context_, at, at, bytes, openssl.aesni_ctr32_encrypt_blocks);
}

void AesNiGcm::decrypt(uint8_t* at, size_t bytes) {
  openssl.CRYPTO_gcm128_decrypt_ctr32(context_, at, at, bytes, openssl.aesni_ctr32_encrypt_blocks);
}

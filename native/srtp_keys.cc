#include "srtp_keys.h"

#include <algorithm>

#include "openssl.h"

namespace {

constexpr SrtpSuite kSuites[] = {
    {1, false, 16, 14, 10, 10},  // AES_CM_128_HMAC_SHA1_80
    {2, false, 16, 14, 4, 10},   // AES_CM_128_HMAC_SHA1_32: SRTCP keeps 80 bits (RFC 4568 6.2.2)
    {7, true, 16, 12, 16, 16},   // AEAD_AES_128_GCM
    {8, true, 32, 12, 16, 16},   // AEAD_AES_256_GCM
};

constexpr size_t kAuthKeyBytes = 20;
/** x of RFC 3711 4.3.1; a salt of 96 bits is padded with zeros on its right (RFC 7714 11). */
constexpr size_t kInputBytes = 14;

/** AES in counter mode from (salt XOR label * 2^48) * 2^16, over zeros (RFC 3711 4.3.3, RFC 6188 3). */
std::string deriveOne(const SrtpMasterKey& master, uint8_t label, size_t bytes) {
  uint8_t iv[16] = {};
  std::copy(master.salt.begin(), master.salt.end(), iv);
  iv[kInputBytes - 7] ^= label;
  std::string derived(bytes, '\0');
  auto* out = reinterpret_cast<uint8_t*>(&derived[0]);
  int written = 0;
  evp_cipher_ctx_st* cipher = openssl.EVP_CIPHER_CTX_new();
  const auto* kind = master.key.size() == 32 ? openssl.EVP_aes_256_ctr() : openssl.EVP_aes_128_ctr();
  openssl.EVP_CipherInit_ex(cipher, kind, nullptr, reinterpret_cast<const uint8_t*>(master.key.data()), iv, 1);
  openssl.EVP_CipherUpdate(cipher, out, &written, out, static_cast<int>(bytes));
  openssl.EVP_CIPHER_CTX_free(cipher);
  return derived;
}

}  // namespace

const SrtpSuite* SrtpSuite::of(int profile) {
  for (const SrtpSuite& suite : kSuites) {
    if (suite.profile == profile) return &suite;
  }
  return nullptr;
}

bool SrtpMasterKey::fits() const {
  return suite != nullptr && key.size() == suite->keyBytes && salt.size() == suite->saltBytes &&
         mki.size() <= kMostMkiBytes;
}

SrtpSessionKeys SrtpSessionKeys::derive(const SrtpMasterKey& master, SrtpProtocol protocol) {
  // RFC 3711 4.3.1 and 4.3.2: key, authentication key and salt of SRTP, then those of SRTCP.
  const uint8_t first = protocol == SrtpProtocol::kRtp ? 0 : 3;
  return {deriveOne(master, first, master.suite->keyBytes), deriveOne(master, first + 2, master.suite->saltBytes),
          deriveOne(master, first + 1, kAuthKeyBytes)};
}

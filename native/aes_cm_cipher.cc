#include "aes_cm_cipher.h"

#include <algorithm>
#include <cstring>

#include "big_endian.h"

namespace {

constexpr size_t kBlockBytes = 64;

void startWith(Sha1State* state, const std::string& key, uint8_t pad) {
  uint8_t block[kBlockBytes];
  memset(block, pad, sizeof block);
  for (size_t i = 0; i < key.size() && i < sizeof block; i++) block[i] ^= static_cast<uint8_t>(key[i]);
  openssl.SHA1_Init(state);
  openssl.SHA1_Update(state, block, sizeof block);
}

}  // namespace

AesCmCipher::AesCmCipher(const SrtpSessionKeys& keys, size_t tagBytes)
    : cipher_(openssl.EVP_CIPHER_CTX_new()), tagBytes_(tagBytes) {
  // Counter mode: encryption and decryption are one.
  const auto* key = reinterpret_cast<const uint8_t*>(keys.key.data());
  openssl.EVP_CipherInit_ex(cipher_, openssl.EVP_aes_128_ctr(), nullptr, key, nullptr, 1);
  std::copy(keys.salt.begin(), keys.salt.end(), salt_);
  startWith(&inner_, keys.authKey, 0x36);
  startWith(&outer_, keys.authKey, 0x5c);
}

AesCmCipher::~AesCmCipher() {
  openssl.EVP_CIPHER_CTX_free(cipher_);
}

void AesCmCipher::seal(const SrtpPart& part) {
  crypt(part);
  uint8_t all[kDigestBytes];
  digest(part, all);
  memcpy(part.tag, all, tagBytes_);
}

bool AesCmCipher::open(const SrtpPart& part) {
  uint8_t all[kDigestBytes];
  digest(part, all);
  uint8_t difference = 0;
  for (size_t i = 0; i < tagBytes_; i++) difference |= all[i] ^ part.tag[i];
  if (difference != 0) return false;
  crypt(part);
  return true;
}

/** IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16). */
void AesCmCipher::crypt(const SrtpPart& part) {
  if (part.end <= part.start) return;
  uint8_t iv[16];
  memcpy(iv, salt_, sizeof iv);
  writeUint32(iv + 4, readUint32(iv + 4) ^ part.ssrc);
  writeUint32(iv + 8, readUint32(iv + 8) ^ static_cast<uint32_t>(part.index >> 16));
  writeUint16(iv + 12, readUint16(iv + 12) ^ static_cast<uint16_t>(part.index));
  int written = 0;
  openssl.EVP_CipherInit_ex(cipher_, nullptr, nullptr, nullptr, iv, -1);
  uint8_t* at = part.packet + part.start;
  openssl.EVP_CipherUpdate(cipher_, at, &written, at, static_cast<int>(part.end - part.start));
}

void AesCmCipher::digest(const SrtpPart& part, uint8_t* into) const {
  uint8_t word[4];
  writeUint32(word, part.word);
  Sha1State state = inner_;
  openssl.SHA1_Update(&state, part.packet, part.end);
  openssl.SHA1_Update(&state, word, sizeof word);
  openssl.SHA1_Final(into, &state);
  state = outer_;
  openssl.SHA1_Update(&state, into, kDigestBytes);
  openssl.SHA1_Final(into, &state);
}

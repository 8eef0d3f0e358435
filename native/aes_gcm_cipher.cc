#include "aes_gcm_cipher.h"

#include <algorithm>
#include <cstring>

#include "big_endian.h"

AesGcmCipher::AesGcmCipher(const SrtpSessionKeys& keys, SrtpProtocol protocol, Direction direction)
    : cipher_(openssl.EVP_CIPHER_CTX_new()), coversWord_(protocol == SrtpProtocol::kRtcp) {
  const auto* key = reinterpret_cast<const uint8_t*>(keys.key.data());
  const auto* kind = keys.key.size() == 32 ? openssl.EVP_aes_256_gcm() : openssl.EVP_aes_128_gcm();
  openssl.EVP_CipherInit_ex(cipher_, kind, nullptr, key, nullptr, direction == Direction::kSeal ? 1 : 0);
  std::copy(keys.salt.begin(), keys.salt.end(), salt_);
}

AesGcmCipher::~AesGcmCipher() {
  openssl.EVP_CIPHER_CTX_free(cipher_);
}

void AesGcmCipher::seal(const SrtpPart& part) {
  begin(part);
  associate(part);
  crypt(part);
  int written = 0;
  openssl.EVP_CipherFinal_ex(cipher_, part.tag, &written);
  openssl.EVP_CIPHER_CTX_ctrl(cipher_, kEvpGetTag, kTagBytes, part.tag);
}

bool AesGcmCipher::open(const SrtpPart& part) {
  begin(part);
  associate(part);
  crypt(part);
  int written = 0;
  uint8_t none[kTagBytes];
  openssl.EVP_CIPHER_CTX_ctrl(cipher_, kEvpSetTag, kTagBytes, part.tag);
  if (openssl.EVP_CipherFinal_ex(cipher_, none, &written) > 0) return true;
  // The cipher adds a keystream: adding it once more gives back what came.
  begin(part);
  crypt(part);
  return false;
}

/** (two zero octets | SSRC | index of 48 bits) XOR salt: 8.1 for SRTP and, its index being 31 bits long, 9.1 for SRTCP. */
void AesGcmCipher::begin(const SrtpPart& part) {
  uint8_t iv[kIvBytes];
  memcpy(iv, salt_, sizeof iv);
  writeUint32(iv + 2, readUint32(iv + 2) ^ part.ssrc);
  writeUint32(iv + 6, readUint32(iv + 6) ^ static_cast<uint32_t>(part.index >> 16));
  writeUint16(iv + 10, readUint16(iv + 10) ^ static_cast<uint16_t>(part.index));
  openssl.EVP_CipherInit_ex(cipher_, nullptr, nullptr, nullptr, iv, -1);
}

void AesGcmCipher::associate(const SrtpPart& part) {
  int written = 0;
  openssl.EVP_CipherUpdate(cipher_, nullptr, &written, part.packet, static_cast<int>(part.start));
  if (!coversWord_) return;
  uint8_t word[4];
  writeUint32(word, part.word);
  openssl.EVP_CipherUpdate(cipher_, nullptr, &written, word, sizeof word);
}

void AesGcmCipher::crypt(const SrtpPart& part) {
  if (part.end <= part.start) return;
  int written = 0;
  uint8_t* at = part.packet + part.start;
  openssl.EVP_CipherUpdate(cipher_, at, &written, at, static_cast<int>(part.end - part.start));
}

#include "aes_cm_cipher.h"

#include <algorithm>
#include <cstring>

#include "aes_ni.h"
#include "big_endian.h"
#include "thread_cipher.h"

namespace {

constexpr size_t kBlockBytes = 64;

/** As it was after one block. */
Sha1State resumed(const uint32_t* midstate) {
  Sha1State state;
  std::copy_n(midstate, 5, state.chain);
  state.bitsLow = 8 * kBlockBytes;
  state.bitsHigh = 0;
  state.waitingBytes = 0;
  return state;
}

}  // namespace

AesCmCipher::AesCmCipher(const SrtpSessionKeys& keys, size_t tagBytes) : tagBytes_(tagBytes) {
  std::copy_n(keys.key.begin(), sizeof key_, key_);
  std::copy(keys.salt.begin(), keys.salt.end(), salt_);
  startWith(&inner_, keys.authKey, 0x36);
  startWith(&outer_, keys.authKey, 0x5c);
}

void AesCmCipher::startWith(Midstate* state, const std::string& key, uint8_t pad) {
  uint8_t block[kBlockBytes];
  memset(block, pad, sizeof block);
  for (size_t i = 0; i < key.size() && i < sizeof block; i++) block[i] ^= static_cast<uint8_t>(key[i]);
  Sha1State whole;
  openssl.SHA1_Init(&whole);
  openssl.SHA1_Update(&whole, block, sizeof block);
  std::copy_n(whole.chain, 5, *state);
}

void AesCmCipher::seal(const SrtpPart& part) const {
  crypt(part);
  uint8_t all[kDigestBytes];
  digest(part, all);
  memcpy(part.tag, all, tagBytes_);
}

bool AesCmCipher::open(const SrtpPart& part) const {
  uint8_t all[kDigestBytes];
  digest(part, all);
  uint8_t difference = 0;
  for (size_t i = 0; i < tagBytes_; i++) difference |= all[i] ^ part.tag[i];
  if (difference != 0) return false;
  crypt(part);
  return true;
}

/** IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16). Counter mode: encryption and decryption are one. */
void AesCmCipher::crypt(const SrtpPart& part) const {
  if (part.end <= part.start) return;
  uint8_t iv[16];
  memcpy(iv, salt_, sizeof iv);
  writeUint32(iv + 4, readUint32(iv + 4) ^ part.ssrc);
  writeUint32(iv + 8, readUint32(iv + 8) ^ static_cast<uint32_t>(part.index >> 16));
  writeUint16(iv + 12, readUint16(iv + 12) ^ static_cast<uint16_t>(part.index));
  uint8_t* at = part.packet + part.start;
  const size_t bytes = part.end - part.start;
  if (hasAesNi()) {
    cryptCounterByAesNi(key_, iv, at, bytes);
    return;
  }
  evp_cipher_ctx_st* cipher = threadCipher(CipherKind::kAes128Ctr);
  int written = 0;
  openssl.EVP_CipherInit_ex(cipher, nullptr, nullptr, key_, iv, 1);
  openssl.EVP_CipherUpdate(cipher, at, &written, at, static_cast<int>(bytes));
}

void AesCmCipher::digest(const SrtpPart& part, uint8_t* into) const {
  uint8_t word[4];
  writeUint32(word, part.word);
  Sha1State state = resumed(inner_);
  openssl.SHA1_Update(&state, part.packet, part.end);
  openssl.SHA1_Update(&state, word, sizeof word);
  openssl.SHA1_Final(into, &state);
  state = resumed(outer_);
  openssl.SHA1_Update(&state, into, kDigestBytes);
  openssl.SHA1_Final(into, &state);
}

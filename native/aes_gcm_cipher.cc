#include "aes_gcm_cipher.h"

#include <algorithm>
#include <cstring>

#include "aes_ni.h"
#include "big_endian.h"
#include "evp_gcm.h"

AesGcmCipher::AesGcmCipher(const SrtpSessionKeys& keys, SrtpProtocol protocol)
    : is256_(keys.key.size() == sizeof key_), coversWord_(protocol == SrtpProtocol::kRtcp) {
  std::copy(keys.key.begin(), keys.key.end(), key_);
  std::copy(keys.salt.begin(), keys.salt.end(), salt_);
}

void AesGcmCipher::seal(const SrtpPart& part) const {
  if (hasAesNi()) sealBy<AesNiGcm>(part);
  else sealBy<EvpGcm>(part);
}

bool AesGcmCipher::open(const SrtpPart& part) const {
  return hasAesNi() ? openBy<AesNiGcm>(part) : openBy<EvpGcm>(part);
}

template <typename Gcm>
void AesGcmCipher::sealBy(const SrtpPart& part) const {
  Gcm gcm = begin<Gcm>(part, true);
  gcm.encrypt(part.packet + part.start, part.end - part.start);
  gcm.writeTag(part.tag, kTagBytes);
}

template <typename Gcm>
bool AesGcmCipher::openBy(const SrtpPart& part) const {
  Gcm gcm = begin<Gcm>(part, false);
  gcm.decrypt(part.packet + part.start, part.end - part.start);
  if (gcm.hasTag(part.tag, kTagBytes)) return true;
  // The cipher adds a keystream: adding it once more gives back what came.
  begin<Gcm>(part, false).decrypt(part.packet + part.start, part.end - part.start);
  return false;
}

/**
 * With the IV of RFC 7714, (two zero octets | SSRC | index of 48 bits) XOR salt: 8.1 for SRTP and, its index being 31 bits
 * long, 9.1 for SRTCP. And with what goes in clear: the header, or with SRTCP's E flag cleared the whole packet, and then
 * the ESRTCP word.
 */
template <typename Gcm>
Gcm AesGcmCipher::begin(const SrtpPart& part, bool seals) const {
  uint8_t iv[kIvBytes];
  memcpy(iv, salt_, sizeof iv);
  writeUint32(iv + 2, readUint32(iv + 2) ^ part.ssrc);
  writeUint32(iv + 6, readUint32(iv + 6) ^ static_cast<uint32_t>(part.index >> 16));
  writeUint16(iv + 10, readUint16(iv + 10) ^ static_cast<uint16_t>(part.index));
  Gcm gcm(key_, is256_ ? 256 : 128, iv, seals);
  // RFC 7714 9.2: the word follows what goes in clear, as one piece for the cipher.
  if (!coversWord_) {
    gcm.associate(part.packet, part.start);
    return gcm;
  }
  uint8_t word[4];
  writeUint32(word, part.word);
  gcm.associate(part.packet, part.start);
  gcm.associate(word, sizeof word);
  return gcm;
}

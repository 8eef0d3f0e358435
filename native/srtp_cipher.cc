#include "srtp_cipher.h"

namespace {

std::variant<AesCmCipher, AesGcmCipher> cipherOf(const SrtpMasterKey& master, SrtpProtocol protocol) {
  const SrtpSessionKeys keys = SrtpSessionKeys::derive(master, protocol);
  if (master.suite->aead) return AesGcmCipher(keys, protocol);
  return AesCmCipher(keys, protocol == SrtpProtocol::kRtp ? master.suite->rtpTagBytes : master.suite->rtcpTagBytes);
}

}  // namespace

SrtpCipher::SrtpCipher(const SrtpMasterKey& master, SrtpProtocol protocol) : cipher_(cipherOf(master, protocol)) {}

void SrtpCipher::seal(const SrtpPart& part) const {
  if (const auto* cm = std::get_if<AesCmCipher>(&cipher_)) cm->seal(part);
  else std::get_if<AesGcmCipher>(&cipher_)->seal(part);
}

bool SrtpCipher::open(const SrtpPart& part) const {
  if (const auto* cm = std::get_if<AesCmCipher>(&cipher_)) return cm->open(part);
  return std::get_if<AesGcmCipher>(&cipher_)->open(part);
}

#include "srtp_cipher.h"

#include "aes_cm_cipher.h"
#include "aes_gcm_cipher.h"

std::unique_ptr<SrtpCipher> SrtpCipher::make(const SrtpMasterKey& master, SrtpProtocol protocol, Direction direction) {
  const SrtpSessionKeys keys = SrtpSessionKeys::derive(master, protocol);
  if (master.suite->aead) return std::make_unique<AesGcmCipher>(keys, protocol, direction);
  const size_t tagBytes = protocol == SrtpProtocol::kRtp ? master.suite->rtpTagBytes : master.suite->rtcpTagBytes;
  return std::make_unique<AesCmCipher>(keys, tagBytes);
}

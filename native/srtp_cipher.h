// How one protocol's packets are encrypted and authenticated under one set of session keys. Small, and in one piece: there
// are two for each direction of each stream. Whoever shares it may use it at the same time.
#pragma once

#include <variant>

#include "aes_cm_cipher.h"
#include "aes_gcm_cipher.h"
#include "srtp_keys.h"
#include "srtp_part.h"

class SrtpCipher {
 public:
  SrtpCipher(const SrtpMasterKey& master, SrtpProtocol protocol);

  /** Encrypts in place and writes the tag. */
  void seal(const SrtpPart& part) const;
  /** Checks the tag and decrypts in place; false when it is wrong, and then the packet is as it was. */
  bool open(const SrtpPart& part) const;

 private:
  std::variant<AesCmCipher, AesGcmCipher> cipher_;
};

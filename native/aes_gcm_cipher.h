// AES in Galois/counter mode (RFC 7714).
#pragma once

#include "openssl.h"
#include "srtp_cipher.h"

class AesGcmCipher : public SrtpCipher {
 public:
  AesGcmCipher(const SrtpSessionKeys& keys, SrtpProtocol protocol, Direction direction);
  ~AesGcmCipher() override;
  void seal(const SrtpPart& part) override;
  bool open(const SrtpPart& part) override;

 private:
  static constexpr int kTagBytes = 16;
  static constexpr size_t kIvBytes = 12;

  void begin(const SrtpPart& part);
  /** What goes in clear: the header, or with SRTCP's E flag cleared the whole packet, and then the ESRTCP word. */
  void associate(const SrtpPart& part);
  void crypt(const SrtpPart& part);

  evp_cipher_ctx_st* cipher_;
  bool coversWord_;
  uint8_t salt_[kIvBytes] = {};
};

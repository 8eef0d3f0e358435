// Suites of SRTP and what one master key makes of them (RFC 3711 4.3, RFC 7714 11).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct SrtpSuite {
  /** SRTP protection profile of DTLS-SRTP (RFC 5764 4.1.2, RFC 7714 14.2), which names the suite. */
  int profile;
  /** RFC 7714; otherwise counter mode with HMAC-SHA1 of RFC 3711. */
  bool aead;
  size_t keyBytes;
  size_t saltBytes;
  size_t rtpTagBytes;
  size_t rtcpTagBytes;

  /** nullptr for a profile that is not known. */
  static const SrtpSuite* of(int profile);
};

/** A master key as signalling or DTLS hands it over. */
struct SrtpMasterKey {
  /** RFC 4568 6.1. */
  static constexpr size_t kMostMkiBytes = 128;

  const SrtpSuite* suite;
  std::string key;
  std::string salt;
  /** Master key identifier; empty: there is none. */
  std::string mki;

  /** Whether key and salt are as long as the suite wants them, and the MKI no longer than allowed. */
  bool fits() const;
};

enum class SrtpProtocol { kRtp, kRtcp };

/** Keys of one protocol within a session (RFC 3711 4.3). */
struct SrtpSessionKeys {
  std::string key;
  std::string salt;
  /** Of HMAC-SHA1; unused by AEAD. */
  std::string authKey;

  /** With a derivation rate of zero, the only one in use. */
  static SrtpSessionKeys derive(const SrtpMasterKey& master, SrtpProtocol protocol);
};

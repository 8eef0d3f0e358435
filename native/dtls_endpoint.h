// One DTLS 1.2 association for SRTP keys (RFC 5764). Datagrams come in and are fetched; when flights are repeated
// (RFC 6347 4.2.4) its user's timer tells. Knows no socket and no JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "datagram_bio.h"
#include "dtls_identity.h"

class DtlsEndpoint {
 public:
  enum class Role { kClient, kServer };
  enum class State { kUnderWay, kConnected, kFailed, kClosed };
  /** Why a handshake failed. */
  enum class Failure { kNone, kPeerAlert, kUnproven, kOwn };

  DtlsEndpoint(const DtlsIdentity& identity, Role role);
  ~DtlsEndpoint() { release(); }
  DtlsEndpoint(const DtlsEndpoint&) = delete;
  DtlsEndpoint& operator=(const DtlsEndpoint&) = delete;

  /** The client speaks first. */
  State start() { return advance(); }
  State receive(const uint8_t* datagram, size_t length);
  /** When `dueMs` is over. */
  State onTimeout();
  /** Says close_notify when there is somebody to say it to (RFC 5246 7.2.1), and lets go of OpenSSL's memory. */
  void close();

  /** The next datagram on its way to the far side; false when there is none. */
  bool take(std::string* datagram);
  /** Milliseconds until the present flight is to be repeated; -1: nothing is to be repeated. */
  int32_t dueMs() const;
  Failure failure() const { return failure_; }
  /** OpenSSL's word for the failure. */
  const std::string& failureText() const { return failureText_; }

  /** The far side's, in DER, while connected. */
  std::string certificate() const;
  /** IANA's number of the SRTP protection profile; 0: none was agreed on. */
  int32_t profile() const;
  /** RFC 5705, without a context; empty when not connected. */
  std::string exported(const std::string& label, size_t length) const;

 private:
  State advance();
  void handshake();
  /** Reads what needs an answer after the handshake: repeated flights and close_notify. */
  void drain();
  void fail();
  void release();

  DatagramBio network_;
  ssl_st* ssl_;
  State state_ = State::kUnderWay;
  Failure failure_ = Failure::kNone;
  std::string failureText_;
};

#include "dtls_endpoint.h"

#include <sys/time.h>

namespace {

// Of openssl/ssl.h and openssl/sslerr.h, unchanged in all of OpenSSL 3.
constexpr int kSetMtu = 17;
constexpr int kGetTimeout = 73;
constexpr int kHandleTimeout = 74;
constexpr int kProtocolError = 1;
constexpr int kPeerClosed = 6;
constexpr unsigned long kReasonMask = 0x7fffff;
constexpr unsigned long kFirstAlertReason = 1000;
constexpr unsigned long kBadSignature = 123;
constexpr unsigned long kNoPeerCertificate = 199;

/** Below the MTU of any path that WebRTC meets, with room for tunnels. */
constexpr long kDatagramBytes = 1200;

}  // namespace

DtlsEndpoint::DtlsEndpoint(const DtlsIdentity& identity, Role role) : ssl_(openssl.SSL_new(identity.context())) {
  bio_st* bio = network_.open();
  openssl.SSL_set_bio(ssl_, bio, bio);
  openssl.SSL_ctrl(ssl_, kSetMtu, kDatagramBytes, nullptr);
  if (role == Role::kClient) openssl.SSL_set_connect_state(ssl_);
  else openssl.SSL_set_accept_state(ssl_);
}

DtlsEndpoint::State DtlsEndpoint::receive(const uint8_t* datagram, size_t length) {
  network_.offer(datagram, length);
  const State state = advance();
  network_.takeBack();
  return state;
}

DtlsEndpoint::State DtlsEndpoint::onTimeout() {
  if (state_ != State::kUnderWay) return state_;
  openssl.ERR_clear_error();
  // -1: it was repeated too often.
  if (openssl.SSL_ctrl(ssl_, kHandleTimeout, 0, nullptr) < 0) fail();
  openssl.ERR_clear_error();
  return state_;
}

DtlsEndpoint::State DtlsEndpoint::advance() {
  // The queue of errors belongs to the thread, and what others left in it would be taken for ours.
  openssl.ERR_clear_error();
  if (state_ == State::kUnderWay) handshake();
  if (state_ == State::kConnected) drain();
  openssl.ERR_clear_error();
  return state_;
}

void DtlsEndpoint::handshake() {
  const int result = openssl.SSL_do_handshake(ssl_);
  if (result == 1) state_ = State::kConnected;
  else if (openssl.SSL_get_error(ssl_, result) == kProtocolError) fail();
}

void DtlsEndpoint::drain() {
  uint8_t unused[2048];
  int count = 0;
  do count = openssl.SSL_read(ssl_, unused, sizeof unused);
  while (count > 0);
  const int error = openssl.SSL_get_error(ssl_, count);
  if (error == kProtocolError || error == kPeerClosed) state_ = State::kClosed;
}

void DtlsEndpoint::fail() {
  state_ = State::kFailed;
  const unsigned long error = openssl.ERR_peek_error();
  const unsigned long reason = error & kReasonMask;
  const char* text = openssl.ERR_reason_error_string(error);
  failureText_ = text == nullptr ? "" : text;
  if (reason >= kFirstAlertReason) failure_ = Failure::kPeerAlert;
  else if (reason == kBadSignature || reason == kNoPeerCertificate) failure_ = Failure::kUnproven;
  else failure_ = Failure::kOwn;
}

void DtlsEndpoint::close() {
  if (state_ == State::kConnected) {
    openssl.ERR_clear_error();
    openssl.SSL_shutdown(ssl_);
    openssl.ERR_clear_error();
  }
  if (state_ != State::kFailed) state_ = State::kClosed;
  release();
}

void DtlsEndpoint::release() {
  openssl.SSL_free(ssl_);
  ssl_ = nullptr;
}

bool DtlsEndpoint::take(std::string* datagram) {
  std::deque<std::string>& sent = network_.sent();
  if (sent.empty()) return false;
  *datagram = std::move(sent.front());
  sent.pop_front();
  return true;
}

int32_t DtlsEndpoint::dueMs() const {
  timeval left = {0, 0};
  if (state_ != State::kUnderWay || openssl.SSL_ctrl(ssl_, kGetTimeout, 0, &left) != 1) return -1;
  return static_cast<int32_t>(left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
}

std::string DtlsEndpoint::certificate() const {
  if (ssl_ == nullptr) return "";
  x509_st* peer = openssl.SSL_get1_peer_certificate(ssl_);
  const std::string der = derOf(peer);
  openssl.X509_free(peer);
  return der;
}

int32_t DtlsEndpoint::profile() const {
  const SrtpProfile* profile = ssl_ == nullptr ? nullptr : openssl.SSL_get_selected_srtp_profile(ssl_);
  return profile == nullptr ? 0 : static_cast<int32_t>(profile->id);
}

std::string DtlsEndpoint::exported(const std::string& label, size_t length) const {
  if (state_ != State::kConnected || ssl_ == nullptr) return "";
  std::string material(length, '\0');
  auto* into = reinterpret_cast<uint8_t*>(&material[0]);
  const int made =
      openssl.SSL_export_keying_material(ssl_, into, length, label.data(), label.size(), nullptr, 0, 0);
  return made == 1 ? material : "";
}

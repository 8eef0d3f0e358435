#include "dtls_identity.h"

#include "dtls_library.h"

namespace {

// Of openssl/ssl.h and openssl/asn1.h, unchanged in all of OpenSSL 3.
constexpr int kSetSessionCache = 44;
constexpr int kSetMode = 33;
constexpr long kReleaseBuffers = 0x10;
constexpr int kSetGroups = 92;
constexpr int kSetLeastVersion = 123;
constexpr int kSetMostVersion = 124;
constexpr long kDtls12 = 0xfefd;
constexpr uint64_t kNoQueryMtu = uint64_t{1} << 12;
constexpr uint64_t kNoTicket = uint64_t{1} << 14;
constexpr uint64_t kNoRenegotiation = uint64_t{1} << 30;
constexpr int kVerifyPeer = 0x01;
constexpr int kFailWithoutCertificate = 0x02;
constexpr int kAsciiText = 0x1001;
constexpr long kVersion3 = 2;

constexpr long kDaySeconds = 24 * 60 * 60;
constexpr long kValidDays = 30;
constexpr char kName[] = "WebRTC";
/** What browsers offer (RFC 8827 6.5), and more for older peers; no anonymous ones. */
constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL";
constexpr char kGroups[] = "X25519:P-256:P-384";

/** Signed by its own key; nullptr when OpenSSL could not make it. */
x509_st* newCertificate(evp_pkey_st* key) {
  x509_st* certificate = openssl.X509_new_ex(dtlsLibrary(), nullptr);
  uint64_t serial = 0;
  openssl.RAND_bytes(reinterpret_cast<uint8_t*>(&serial), sizeof serial);
  openssl.X509_set_version(certificate, kVersion3);
  // RFC 5280 4.1.2.2: positive.
  openssl.ASN1_INTEGER_set_uint64(openssl.X509_get_serialNumber(certificate), serial >> 1 | 1);
  // Clocks differ.
  openssl.X509_gmtime_adj(openssl.X509_getm_notBefore(certificate), -kDaySeconds);
  openssl.X509_gmtime_adj(openssl.X509_getm_notAfter(certificate), kValidDays * kDaySeconds);
  openssl.X509_set_pubkey(certificate, key);
  x509_name_st* name = openssl.X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const uint8_t*>(kName);
  openssl.X509_NAME_add_entry_by_txt(name, "CN", kAsciiText, text, -1, -1, 0);
  openssl.X509_set_issuer_name(certificate, name);
  if (openssl.X509_sign(certificate, key, openssl.EVP_sha256()) > 0) return certificate;
  openssl.X509_free(certificate);
  return nullptr;
}

}  // namespace

std::string derOf(const x509_st* certificate) {
  const int length = certificate == nullptr ? 0 : openssl.i2d_X509(certificate, nullptr);
  if (length <= 0) return "";
  std::string der(static_cast<size_t>(length), '\0');
  auto* at = reinterpret_cast<uint8_t*>(&der[0]);
  openssl.i2d_X509(certificate, &at);
  return der;
}

DtlsIdentity::DtlsIdentity(const std::string& profiles)
    : context_(openssl.SSL_CTX_new_ex(dtlsLibrary(), nullptr, openssl.DTLS_method())) {
  if (context_ == nullptr) defect_ = "OpenSSL gives no DTLS";
  else if (!certify()) defect_ = "OpenSSL makes no certificate";
  else if (!configure(profiles)) defect_ = "OpenSSL does not take the settings of DTLS-SRTP";
  openssl.ERR_clear_error();
}

bool DtlsIdentity::certify() {
  evp_pkey_st* key = openssl.EVP_PKEY_Q_keygen(dtlsLibrary(), nullptr, "EC", "P-256");
  if (key == nullptr) return false;
  x509_st* certificate = newCertificate(key);
  certificate_ = derOf(certificate);
  const bool isUsed = certificate != nullptr && openssl.SSL_CTX_use_certificate(context_, certificate) == 1 &&
                      openssl.SSL_CTX_use_PrivateKey(context_, key) == 1;
  openssl.X509_free(certificate);
  openssl.EVP_PKEY_free(key);
  return isUsed;
}

bool DtlsIdentity::configure(const std::string& profiles) {
  openssl.SSL_CTX_set_options(context_, kNoQueryMtu | kNoTicket | kNoRenegotiation);
  openssl.SSL_CTX_ctrl(context_, kSetSessionCache, 0, nullptr);
  openssl.SSL_CTX_ctrl(context_, kSetMode, kReleaseBuffers, nullptr);
  // The far side must prove that it owns the key of its certificate; whose certificate it is the fingerprint tells.
  const auto take = [](x509_store_ctx_st*, void*) { return 1; };
  openssl.SSL_CTX_set_verify(context_, kVerifyPeer | kFailWithoutCertificate, nullptr);
  openssl.SSL_CTX_set_cert_verify_callback(context_, take, nullptr);
  return openssl.SSL_CTX_ctrl(context_, kSetLeastVersion, kDtls12, nullptr) == 1 &&
         openssl.SSL_CTX_ctrl(context_, kSetMostVersion, kDtls12, nullptr) == 1 &&
         openssl.SSL_CTX_ctrl(context_, kSetGroups, 0, const_cast<char*>(kGroups)) == 1 &&
         openssl.SSL_CTX_set_cipher_list(context_, kCiphers) == 1 &&
         // 0 is success here.
         openssl.SSL_CTX_set_tlsext_use_srtp(context_, profiles.c_str()) == 0;
}

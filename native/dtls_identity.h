// A key with its self-signed certificate, and what all associations of its owner share (RFC 5763 5, RFC 8827 6.5).
#pragma once

#include <string>

#include "openssl.h"

class DtlsIdentity {
 public:
  /** Makes a new one. `profiles` are OpenSSL's names of SRTP protection profiles, best first, with colons between. */
  explicit DtlsIdentity(const std::string& profiles);
  ~DtlsIdentity() { openssl.SSL_CTX_free(context_); }
  DtlsIdentity(const DtlsIdentity&) = delete;
  DtlsIdentity& operator=(const DtlsIdentity&) = delete;

  /** Why it cannot be used; empty when it can. */
  const std::string& defect() const { return defect_; }
  /** In DER. */
  const std::string& certificate() const { return certificate_; }
  ssl_ctx_st* context() const { return context_; }

 private:
  bool certify();
  bool configure(const std::string& profiles);

  ssl_ctx_st* context_;
  std::string certificate_;
  std::string defect_;
};

/** In DER; empty for nullptr. */
std::string derOf(const x509_st* certificate);

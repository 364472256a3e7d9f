import Compute
import NIOSSL

extension ServingSettings {
  /// TLS 1.2 and 1.3; in 1.2 only suites with forward secrecy and authenticated encryption (RFC 9325, section 4.2).
  func tls() throws -> TLSConfiguration? {
    guard let certificate, let key else { return nil }
    do {
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      tls.minimumTLSVersion = .tlsv12
      tls.cipherSuiteValues = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
      ]
      return tls
    } catch {
      throw InputError("the certificate or its key cannot be read", at: certificate, remedy: "give PEM files")
    }
  }
}

import Foundation
import Pactolus

/// A certificate's signature, in a file beside it: OpenSSH's, by a key of the owner's own.
enum CertificateSignature {
  /// What signatures of ours are for, so that one made for another purpose does not pass.
  private static let namespace = "pactolus"

  /// Where the signature of this file is.
  static func path(of certificate: String) -> String { certificate + ".sig" }

  /// Signs a file.
  ///
  /// - Throws: `InputError` without `ssh-keygen`, and for a key that it does not take.
  static func sign(_ certificate: String, key: String) throws {
    guard FileManager.default.fileExists(atPath: key) else {
      throw InputError("there is no key", at: key, remedy: "make one with 'ssh-keygen -t ed25519 -f \(key)'")
    }
    // It asks before it writes over a signature.
    try? FileManager.default.removeItem(atPath: path(of: certificate))
    let result = try run(["-Y", "sign", "-q", "-n", namespace, "-f", key, certificate], input: nil)
    guard result.code == 0 else {
      throw InputError(
        "the certificate could not be signed: \(lastLine(result.text))", at: key,
        remedy: "name a private key that ssh-keygen reads without a question, or one in your agent")
    }
  }

  /// Whether a certificate's signature is good, and whose it is.
  ///
  /// - Parameters:
  ///   - certificate: the file.
  ///   - signers: OpenSSH's list of allowed signers; nil if anybody's signature will do.
  ///   - signer: who of them it must be.
  static func finding(_ certificate: String, signers: String?, signer: String?) throws -> Finding {
    func finding(_ verdict: Finding.Verdict, _ reason: String) -> Finding {
      Finding(
        id: "signature", claim: "The certificate is signed, and has not been changed since", verdict: verdict,
        reason: reason,
        assumptions: [
          "Nobody else has the key.",
          "A signature says who signed, and not that what is signed is true: an owner can sign a forgery.",
        ], errorRate: "No chance is involved.", source: "OpenSSH signatures, Ed25519 (RFC 8032)",
        problem: "The signature is not good")
    }
    let path = path(of: certificate)
    guard FileManager.default.fileExists(atPath: path) else {
      return finding(signers == nil ? .unknown : .fails, "It is not signed: there is no \(path).")
    }
    guard let text = FileManager.default.contents(atPath: certificate) else {
      throw InputError("cannot read the certificate", at: certificate)
    }
    let check =
      signers.map { ["-Y", "verify", "-f", $0, "-I", signer ?? "", "-n", namespace, "-s", path] }
      ?? ["-Y", "check-novalidate", "-n", namespace, "-s", path]
    let result = try run(check, input: text)
    let words = lastLine(result.text)
    guard result.code == 0 else { return finding(.fails, "OpenSSH says: \(words).") }
    return finding(.holds, words + (signers == nil ? "; whose key that is was not asked." : "."))
  }

  private static func lastLine(_ text: String) -> String {
    text.split(separator: "\n").last.map(String.init) ?? "no reason given"
  }

  private static func run(_ arguments: [String], input: Data?) throws -> (code: Int32, text: String) {
    let program = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { $0 + "/ssh-keygen" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program else {
      throw InputError(
        "signatures are ssh-keygen's, and there is none", remedy: "install it (apt-get install openssh-client)")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = output
    // One that gives up early must not take us with it.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    if let input { try? standardInput.fileHandleForWriting.write(contentsOf: input) }
    try? standardInput.fileHandleForWriting.close()
    let said = output.fileHandleForReading.allBytes()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}

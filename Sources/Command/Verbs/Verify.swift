import ArgumentParser
import Files
import Foundation
import Pactolus
import Reports
import Runs

/// `pactolus verify CERTIFICATE`: what of a certificate still holds.
struct VerifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Tell what of a certificate still holds.",
    discussion: """
      Computes the digests and the claims again and compares: an edited ledger, other weights or a verdict that has changed
      are found. A signature beside the certificate is checked. See Documentation/certificates.md.

        pactolus verify runs/Pendulum-v1-1/certificate.json
        pactolus verify certificate.json --run runs/Pendulum-v1-1 --signers allowed_signers --signer me@example.org

      Exit codes: 0 nothing contradicts it, 2 bad input, 3 something no longer holds, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("The certificate.", valueName: "file"))
  var certificate: String

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run, if it is not the folder that the certificate is in.", valueName: "directory"))
  var directory: String?

  @Option(help: ArgumentHelp("OpenSSH's list of keys that may have signed.", valueName: "file"))
  var signers: String?

  @Option(help: ArgumentHelp("Who of them must have.", valueName: "name"))
  var signer: String?

  @Flag(help: "Run the run again for 'run repeats'; that takes as long as it did.")
  var recompute = false

  @Option(help: "Fresh episodes; as many as were certified give the same verdicts.")
  var episodes: Int = 200

  @Option(help: "Which episodes.")
  var seed: Int = 0

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard (signers == nil) == (signer == nil) else { throw ValidationError("--signers and --signer go together.") }
  }

  func run() throws {
    threads.apply()
    guard let data = FileManager.default.contents(atPath: certificate) else {
      throw InputError("cannot read the certificate", at: certificate, remedy: "name a file that certify has written")
    }
    let made = try Certificate(json: data, path: certificate)
    let place = directory ?? (certificate as NSString).deletingLastPathComponent
    let scratch = try recompute ? ScratchFolder() : nil
    defer { scratch?.remove() }
    var settings = CertifiedRun.Settings()
    (settings.episodes, settings.seed, settings.recomputeIn) = (episodes, seed, scratch?.path)
    let certified = try CertifiedRun(
      directory: place.isEmpty ? "." : place, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners, kinds: Parts.current.kinds)
    let check = try CertificateCheck(made, of: certified, program: Release.version)
    let findings =
      [try CertificateSignature.finding(certificate, signers: signers, signer: signer)] + check.findings
    try output.show(
      findings, numbers: made,
      report: ReportModel(
        kind: .theory, title: "What still holds of \(certificate)",
        subtitle: "Digests and claims, computed again from \(certified.directory).",
        headline: CertificateCheck.headline,
        facts: [], sections: [], findings: findings))
    if findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }
}

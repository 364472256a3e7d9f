import ArgumentParser
import Files
import Foundation
import Pactolus
import Reports
import Runs

/// `pactolus certify RUN --claims FILE`: what can be said of a run, line by line, within one error budget.
struct CertifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify", abstract: "Settle claims about a run, and write a certificate that can be checked.",
    discussion: """
      A claims file has a budget for errors and one claim a line; each gets a verdict (holds, fails, unknown, not
      measurable) with its evidence, its assumptions and its part of the budget. The certificate names the run's ledger,
      weights and settings by their digests; 'pactolus verify' tells what no longer holds. See
      Documentation/certificates.md.

        pactolus certify runs/Pendulum-v1-1
        pactolus certify runs/Pendulum-v1-1 --claims claims.yaml
        pactolus certify runs/Pendulum-v1-1 --claims claims.yaml --recompute --key ~/.ssh/id_ed25519 --badge badge.svg
        pactolus certify --claims default > claims.yaml

      Exit codes: 0 no claim fails, 2 bad input, 3 a claim fails, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String?

  @Option(
    help: ArgumentHelp(
      "What is claimed; without it, or with 'default', what any run should be. 'default' without a run prints that file.",
      valueName: "file"))
  var claims: String?

  @Option(help: ArgumentHelp("Where the certificate goes, if not to certificate.json in the run.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("Sign it with this private key of OpenSSH's, beside it as FILE.sig.", valueName: "key"))
  var key: String?

  @Option(help: ArgumentHelp("Also draw a badge to this file.", valueName: "file.svg"))
  var badge: String?

  @Flag(help: "Run the run again for 'run repeats'; that takes as long as it did.")
  var recompute = false

  @Option(help: "Fresh episodes, for claims about what is seen in them.")
  var episodes: Int = 200

  @Option(help: "Which episodes.")
  var seed: Int = 0

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard directory != nil || claims == Self.standard else {
      throw ValidationError("Name a run, or give '--claims default' alone to print the default claims.")
    }
  }

  /// The name of the claims that are made where no file is named.
  private static let standard = "default"

  func run() throws {
    guard let directory else { return print(ClaimsFile.standard) }
    threads.apply()
    let isStandard = claims == nil || claims == Self.standard
    let file = try ClaimsFile(
      text: isStandard ? ClaimsFile.standard : Self.text(of: claims ?? ""),
      path: isStandard ? "the default claims" : claims ?? "")
    let scratch = try recompute ? ScratchFolder() : nil
    defer { scratch?.remove() }
    var settings = CertifiedRun.Settings()
    (settings.episodes, settings.seed, settings.recomputeIn) = (episodes, seed, scratch?.path)
    let run = try CertifiedRun(
      directory: directory, settings: settings, registry: Parts.current.environments, learners: Parts.current.learners,
      kinds: Parts.current.kinds)
    let path = certificate ?? RunLayout(directory).directory + "/certificate.json"
    let made = try run.certificate(file, program: Release.version, after: file.isGrowing ? Self.previous(path) : nil)
    try DurableFile.write(try made.json(), to: path)
    if let key { try CertificateSignature.sign(path, key: key) }
    if let badge { try DurableFile.write(Data(CertificateBadge(made).svg.utf8), to: badge) }
    try output.show(
      made.claims.map(\.finding), numbers: made, preface: Self.preface(made, at: path, isSigned: key != nil),
      report: ReportModel(made, run: directory))
    if made.count(.fails) > 0 { throw ExitCode(3) }
  }

  /// The certificate that is there from the last time; nil where there is none.
  private static func previous(_ path: String) throws -> Certificate? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(
        "cannot read the certificate that is there", at: path, remedy: "name another place with --certificate")
    }
    return try Certificate(json: data, path: path)
  }

  static func text(of path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError("cannot read this file", at: path, remedy: "name a claims file, or leave --claims out")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw InputError("the file is not UTF-8 text", at: path, remedy: "save it as UTF-8")
    }
    return text
  }

  private static func preface(_ made: Certificate, at path: String, isSigned: Bool) -> String {
    let verdicts = Finding.Verdict.allCases.filter { made.count($0) > 0 }.map { "\(made.count($0)) \($0.word)" }
    let look =
      made.look.map { "\nLook              \($0) of this run while it grows: the budget is for all of them together" }
      ?? ""
    return """
      Certificate       \(path)\(isSigned ? ", signed" : ", not signed")
      Claims            \(made.claims.count): \(verdicts.joined(separator: ", "))
      Error budget      \(Numbers.plain(made.spent)) of \(Numbers.plain(made.budget)) spent: the chance that any verdict is wrong\(look)
      """
  }
}

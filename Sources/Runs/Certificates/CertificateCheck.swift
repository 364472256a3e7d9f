import Compute
import Files
import Findings

/// A certificate held against a run: what of it is still so.
package struct CertificateCheck: Sendable {
  /// One for each digest, then one for each claim.
  package let findings: [Finding]

  /// The words of what they come to.
  package static let headline = Headline(
    holds: "The certificate is still true of this run", fails: "The certificate is not true of this run",
    mixed: "Nothing contradicts the certificate, but not all of it was settled again",
    unknown: "Nothing could be checked")

  /// - Parameters:
  ///   - certificate: what was certified.
  ///   - run: what it is held against.
  ///   - program: the version of this program.
  /// - Throws: `InputError` for a certificate of another run, or for claims that this program cannot read.
  package init(_ certificate: Certificate, of run: CertifiedRun, program: String) throws {
    let (then, now) = (certificate.subject, run.subject)
    guard then.environment == now.environment, then.seed == now.seed else {
      throw InputError(
        "a certificate of a run in \(then.environment) with seed \(then.seed); this one is in \(now.environment) with "
          + "seed \(now.seed)", at: run.directory, remedy: "name the run that was certified with --run")
    }
    run.settings.isGrowing = certificate.look != nil
    let digests = try run.digests()
    var findings = try ["ledger", "checkpoint", "settings", "environment"].compactMap { part -> Finding? in
      // Certificates of earlier versions say nothing of the environment but its name.
      if part == "environment", certificate.digests[part] == nil { return nil }
      guard let certified = certificate.digests[part], let found = digests[part] else {
        throw InputError("the certificate has no digest of the \(part)", remedy: "certify the run again")
      }
      return Self.same(part, certified, found)
    }
    findings.append(Self.build(certificate.program, program))
    for (number, claimed) in certificate.claims.enumerated() {
      let claim = try Claim(line: claimed.line, error: nil, at: "claim \(number + 1)")
      let again = try run.finding(claim, error: claimed.error, id: "claims/\(number + 1)")
      findings.append(Self.repeated(claimed, again, isOtherProgram: certificate.program != program))
    }
    findings.append(Self.sum(certificate))
    self.findings = findings
  }

  private static func same(_ part: String, _ certified: String, _ found: String) -> Finding {
    let name =
      switch part {
      case "settings": "The settings file"
      case "environment": "The environment's description (bounds, actions, time limit, source)"
      default: "The \(part)"
      }
    return Finding(
      id: "digest/\(part)", claim: "\(name) is the one that was certified",
      verdict: certified == found ? .holds : .fails,
      reason: certified == found
        ? "Its SHA-256 begins with \(found.prefix(12)), as certified."
        : "Its SHA-256 begins with \(found.prefix(12)); certified was \(certified.prefix(12)).",
      assumptions: ["Nobody finds two files with one SHA-256."], errorRate: "No chance is involved.",
      source: "FIPS 180-4",
      problem: "\(name) was changed after it was certified")
  }

  /// Another build is a note: what it computes otherwise shows in the claims.
  private static func build(_ certified: String, _ program: String) -> Finding {
    Finding(
      id: "build", claim: "The program is the one that certified", verdict: certified == program ? .holds : .unknown,
      bearing: .advice,
      reason: certified == program
        ? "It is version \(program)."
        : "Version \(certified) certified, and this is \(program): a note, as long as the claims come out alike.",
      errorRate: "No chance is involved.", source: "the certificate")
  }

  /// A claim holds here if it has the verdict that it was certified with, whatever that was.
  private static func repeated(_ certified: CertifiedClaim, _ again: Finding, isOtherProgram: Bool) -> Finding {
    let (then, now) = (certified.finding.verdict, again.verdict)
    var finding = again
    finding.claim = "“\(certified.line)”: \(then.word), as certified"
    // What is costly is not settled again unless asked for; that contradicts nothing.
    finding.verdict = now == then ? .holds : now == .unknown ? .unknown : .fails
    finding.reason =
      now == then ? again.reason : "Now it \(now == .unknown ? "is unknown" : "is: \(now.word)"). \(again.reason)"
    finding.problem = nil
    finding.advice = nil
    if isOtherProgram, now != then {
      finding.reason += " Another version of the program made the certificate; that alone can be the cause."
    }
    return finding
  }

  /// Verdicts and their sum hang together.
  private static func sum(_ certificate: Certificate) -> Finding {
    let spent = certificate.spent
    let isWithin = spent <= certificate.budget + 1e-9
    return Finding(
      id: "budget", claim: "What the verdicts may err adds up to no more than the budget",
      verdict: isWithin ? .holds : .fails,
      reason: "\(Numbers.plain(spent)) of \(Numbers.plain(certificate.budget)).", errorRate: "No chance is involved.",
      source: "the union bound")
  }
}

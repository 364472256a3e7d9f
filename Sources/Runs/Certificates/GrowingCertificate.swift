import Compute
import Findings

/// A run that is certified again while answers come in, within one budget for all times together.
///
/// Claims about answers are anytime-valid: what they may err, they err once over all certificates together. The others
/// draw a new sample each time, so of what they may err the first certificate spends a half, the second a sixth, the k-th
/// 1 / (k (k + 1)): all of them together no more than the whole. A certificate of the same ledger and weights is the same
/// look again, and spends nothing.
package enum GrowingCertificate {
  /// Which certificate of a run this is, from 1.
  ///
  /// - Throws: `InputError` for a previous one of another run, of other claims, or of a run that was not to grow.
  static func look(
    _ digests: [String: String], _ subject: Certificate.Subject, after previous: Certificate?, at place: String
  ) throws -> Int {
    guard let previous else { return 1 }
    guard previous.subject.environment == subject.environment, previous.subject.seed == subject.seed else {
      throw InputError(
        "the certificate that is there is of a run in \(previous.subject.environment) with seed \(previous.subject.seed)",
        at: place, remedy: "name another place for this one with --certificate")
    }
    guard previous.digests["claims"] == digests["claims"], let look = previous.look else {
      throw InputError(
        "the certificate that is there is of other claims, and a budget is kept for one list of them", at: place,
        remedy: "name another place for this one with --certificate, or leave 'growing' out")
    }
    let isSame = ["ledger", "checkpoint"].allSatisfy { previous.digests[$0] == digests[$0] }
    return isSame ? look : look + 1
  }

  /// What each claim may err in the certificate of this number.
  package static func shares(_ file: ClaimsFile, look: Int) -> [Double] {
    zip(file.claims, file.budget.shares).map { claim, share in
      claim.isAnytimeValid ? share : share * part(of: look)
    }
  }

  /// The part of an error that the k-th look spends; over all looks they add up to 1.
  package static func part(of look: Int) -> Double { 1 / (Double(look) * (Double(look) + 1)) }
}

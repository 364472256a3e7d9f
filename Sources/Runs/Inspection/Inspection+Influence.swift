import Audits
import Findings

extension Inspection.Influence {
  /// - Throws: `NotMeasurable` where the reward, or what it sees, does not vary.
  static func found(_ inspected: InspectedRun) throws -> (influence: Self, finding: Finding) {
    let influence = try inspected.influence()
    let persons = inspected.persons
    let movers = try influence.movers(over: inspected.rows).map { mover in
      let question = inspected.question(mover.number)
      return Inspection.Mover(
        question: question, kind: persons[question]?.kind ?? "", person: persons[question]?.person ?? "",
        plain: mover.plain, exact: mover.exact)
    }
    let found = SuspiciousAnswers(influence.leftOut())
    func told(_ suspect: SuspiciousAnswers.Suspect) -> Inspection.Suspect {
      let question = inspected.question(influence.numbers[suspect.answer])
      return Inspection.Suspect(
        question: question, person: persons[question]?.person ?? "", probability: suspect.probability,
        mislabelled: suspect.mislabelled)
    }
    return (
      Self(
        agreement: influence.agreement, ridge: influence.ridge, movers: movers, suspects: found.suspects.map(told),
        mostSurprising: found.ranked.prefix(3).map(told), expected: found.expected, pValue: found.pValue,
        precision: found.precision, prevalence: found.prevalence),
      found.finding { "question \(inspected.question(influence.numbers[$0]))" }
    )
  }
}

import Compute
import Feedback
import Testing

@Suite("Dawid and Skene's model of who is wrong how often")
struct ReliabilityDawidSkeneTests {
  /// Table 1 of Dawid and Skene 1979: 45 patients; the first anaesthetist saw each form three times, four others once.
  static let anaesthetists = """
    1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212
    1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111
    1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111
    2322222 1211111 2222222
    """

  static var ratings: [PersonRating] {
    anaesthetists.split(whereSeparator: \.isWhitespace).enumerated().flatMap { item, row in
      row.enumerated().map { place, digit in
        PersonRating(person: max(0, place - 2), item: item, label: digit.wholeNumberValue! - 1)
      }
    }
  }

  @Test("the anaesthetists' error rates are the published ones")
  func published() throws {
    let fit = try DawidSkene(Self.ratings, labels: 4)
    #expect(fit.converged && fit.people == 5 && fit.posteriors.count == 45)
    // The paper's two digits, and six from another program's run to convergence.
    for (ours, reference) in zip(fit.prevalences, [0.399555, 0.421983, 0.111795, 0.066667]) {
      #expect(abs(ours - reference) < 2e-6)
    }
    let first: [[Double]] = [
      [0.889488, 0.110512, 0, 0], [0.070585, 0.87638, 0.053035, 0], [0, 0.338822, 0.661178, 0],
      [0, 0, 0.555556, 0.444444],
    ]
    let second: [[Double]] = [
      [0.834214, 0.165786, 0, 0], [0.052707, 0.632946, 0.314347, 0], [0, 0, 1, 0], [0, 0, 0, 1],
    ]
    for (person, reference) in [first, second].enumerated() {
      for (ours, wanted) in zip(fit.confusion(of: person).joined(), reference.joined()) {
        #expect(abs(ours - wanted) < 2e-6)
      }
    }
    for (person, reference) in [0.8287633, 0.7788688, 0.7766485, 0.8669435, 0.8423720].enumerated() {
      #expect(abs(fit.accuracy(of: person) - reference) < 1e-5)
    }
    #expect(abs(fit.logLikelihoods.last! + 192.890881) < 1e-5)
    // Most say 3 of the second patient, but the second anaesthetist never says 4 of a 3.
    #expect(fit.label(of: 1) == 3 && fit.label(of: 10) == 3)
  }

  @Test("no iteration makes the data less likely")
  func monotone() throws {
    let values = try DawidSkene(Self.ratings, labels: 4).logLikelihoods
    for (before, after) in zip(values, values.dropFirst()) { #expect(after >= before - 1e-9) }
  }

  @Test("two items by hand: one iteration's shares")
  func byHand() throws {
    // Item 0: both say 0. Item 1: person 0 says 1, person 1 says 0. The start is (1, 0) and (½, ½).
    let ratings = [(0, 0, 0), (1, 0, 0), (0, 1, 1), (1, 1, 0)].map {
      PersonRating(person: $0.0, item: $0.1, label: $0.2)
    }
    let fit = try DawidSkene(ratings, labels: 2, iterations: 1)
    // Prevalences ¾, ¼; person 0: truth 0 → (1, ½)/1½, truth 1 → (0, ½); person 1 always says 0.
    #expect(fit.prevalences == [0.75, 0.25])
    #expect(abs(fit.confusion(of: 0)[0][0] - 2.0 / 3) < 1e-12 && fit.confusion(of: 0)[1] == [0, 1])
    #expect(fit.confusion(of: 1) == [[1, 0], [1, 0]])
    // Item 1: ¾ · ⅓ · 1 against ¼ · 1 · 1.
    #expect(abs(fit.posteriors[1][0] - 0.5) < 1e-12 && fit.posteriors[0][0] == 1)
  }

  @Test("gold settles what a majority of bad people would turn round")
  func gold() throws {
    // Persons 1 and 2 always answer the opposite of the truth, person 0 the truth.
    let truths = (0..<30).map { $0 % 3 == 0 ? 1 : 0 }
    let ratings = truths.enumerated().flatMap { item, truth in
      (0..<3).map { PersonRating(person: $0, item: item, label: $0 == 0 ? truth : 1 - truth) }
    }
    let alone = try DawidSkene(ratings, labels: 2, smoothing: 0.1)
    #expect(alone.accuracy(of: 0) < 0.1 && alone.accuracy(of: 1) > 0.9)
    let known = Dictionary(uniqueKeysWithValues: truths.enumerated().prefix(12).map { ($0, $1) })
    let settled = try DawidSkene(ratings, labels: 2, gold: known, smoothing: 0.1)
    #expect(settled.accuracy(of: 0) > 0.9 && settled.accuracy(of: 1) < 0.1)
    for (item, truth) in truths.enumerated() { #expect(settled.label(of: item) == truth) }
  }

  @Test("ratings that make no sense are refused")
  func refusals() {
    expectProblem("no ratings") { _ = try DawidSkene([], labels: 2) }
    expectProblem("label 2") { _ = try DawidSkene([PersonRating(person: 0, item: 0, label: 2)], labels: 2) }
    expectProblem("gold item 4") {
      _ = try DawidSkene([PersonRating(person: 0, item: 0, label: 1)], labels: 2, gold: [4: 9])
    }
  }
}

import Compute
import Foundation
import RewardFiles
import Testing

@Suite("The model's choices against people's")
struct ChoiceComparisonTests {
  /// Sixty pairs with lengths, bold spans, margins and labels from small remainders: the same in the Python below.
  static func rows() -> [PreferenceRow] {
    (0..<60).map { i in
      func text(_ name: String, _ words: Int, _ bold: Int) -> String {
        (0..<words).map { $0 < bold ? "**\(name)\(i)w\($0)**" : "\(name)\(i)w\($0)" }.joined(separator: " ")
      }
      var row = PreferenceRow(
        prompt: "prompt \(i)", chosen: text("a", 5 + i * 7 % 11, i * 3 % 4),
        rejected: text("b", 5 + i * 5 % 13, i * 5 % 3),
        scoreChosen: Double(i * 11 % 17) - 6, scoreRejected: 0)
      row.label = i % 9 == 4 ? 0 : i % 4 == 1 ? -1 : 1
      return row
    }
  }

  /// statsmodels 0.14: OLS through the origin of the model's and of people's signs on the feature; the error of their
  /// difference is HC1's, with 4 / ((n + 2)² · mean square of the feature) added to the variance; the second error is the
  /// sum of squares of the influence of model − kept · people, kept being 2 · agreement − 1.
  @Test("shares, slopes and their errors are those of statsmodels, with and without other features held fixed")
  func regression() throws {
    let table = PreferenceTable(Self.rows())
    let choices = ChoiceComparison(table)
    let lengths = choices.logLengths(table)
    let signs = lengths.map { $0 > 0 ? 1.0 : $0 < 0 ? -1 : 0 }
    let unequal = lengths.filter { $0 != 0 }
    let spread = (unequal.reduce(0) { $0 + $1 * $1 } / Double(unequal.count)).squareRoot()
    let bold = choices.rows.map { row in
      Double((table.chosen.count(.bold, row) - table.rejected.count(.bold, row)).signum())
    }
    func check(_ gap: ChoiceGap?, _ count: Int, _ wanted: [Double]) throws {
      let gap = try #require(gap)
      #expect(gap.count == count)
      for (value, wanted) in zip([gap.people, gap.model, gap.explained, gap.error, gap.explainedError], wanted) {
        #expect(abs(value - wanted) < 1e-8)
      }
    }
    try check(
      choices.gap(signs), 52,
      [-0.17307692307692304, -0.057692307692307675, -0.03010033444816053, 0.08731186913476077, 0.06492240404583598])
    try check(
      choices.gap(lengths.map { $0 / spread }), 52,
      [-0.027963305814930072, -0.06682539444491255, -0.004863183619987838, 0.08356860611466274, 0.06559868635929994])
    try check(
      choices.gap(bold, holding: [signs, lengths.map { min(2, max(-2, $0 / spread)) }]), 45,
      [0.0011179802848998981, 0.05741360104047076, 0.00013974753561248727, 0.09405940226767039, 0.07961498496594642])
  }

  @Test("training rows, identical replies and missing scores do not enter; ties of people do, as half a choice")
  func entering() {
    var rows = Self.rows()
    let before = ChoiceComparison(PreferenceTable(rows)).count
    #expect(before == 60)
    rows[0].split = "train"
    rows[1].rejected = rows[1].chosen
    rows[2].scoreChosen = .nan
    rows[5].split = "test"
    let choices = ChoiceComparison(PreferenceTable(rows))
    #expect(choices.rows == Array(3..<60) && choices.people[1] == 0)
  }

  @Test("two people's judgements of one pair weigh as one: the error does not fall by asking twice")
  func clusters() throws {
    let once = PreferenceTable(Self.rows())
    let twice = PreferenceTable(
      Self.rows().flatMap { row in
        ["ann", "ben"].map { person in
          var row = row
          row.annotator = person
          return row
        }
      })
    func error(_ table: PreferenceTable) throws -> Double {
      let choices = ChoiceComparison(table)
      return try #require(choices.gap(choices.logLengths(table))).error
    }
    let (a, b) = (try error(once), try error(twice))
    #expect(abs(a / b - 1) < 0.05)
  }

  /// 400 pairs of which people prefer the longer reply in 260; the model turns people's choice round where `errs` says so.
  private static func table(_ prefersLonger: (Int) -> Bool) -> PreferenceTable {
    PreferenceTable(
      (0..<400).map { i in
        let (long, short) = ("a\(i) b c d e f", "g\(i) h i")
        let peopleLonger = i < 260
        let modelLonger = prefersLonger(i)
        return PreferenceRow(
          prompt: "p\(i)", chosen: peopleLonger ? long : short, rejected: peopleLonger ? short : long,
          scoreChosen: modelLonger == peopleLonger ? 1 : 0, scoreRejected: modelLonger == peopleLonger ? 0 : 1)
      })
  }

  @Test("errors that have nothing to do with length are no bias, whatever their rate; credit beyond people's is")
  func honest() throws {
    func gap(_ prefersLonger: (Int) -> Bool) throws -> ChoiceGap {
      let table = Self.table(prefersLonger)
      let choices = ChoiceComparison(table)
      return try #require(choices.gap(choices.logLengths(table).map { $0 > 0 ? 1 : -1 }))
    }
    for every in [10, 5, 3] {
      let noisy = try gap { ($0 < 260) != ($0 % every == 0) }
      #expect(noisy.difference < 0 && noisy.pValue > 0.9, "one error in \(every)")
      #expect(abs(noisy.model - noisy.explained) < 0.01)
    }
    // Forty errors more to the longer reply, and forty to the shorter: ten points either way, beyond five.
    let over = try gap { $0 < 320 }
    #expect(over.pValue < 1e-4 && abs(over.difference - 0.15) < 1e-9)
    let under = try gap { $0 < 160 }
    #expect(abs(under.difference + 0.25) < 1e-9 && under.pValue < 1e-3)
  }

  @Test("accuracy, calibration and turned labels look at rows outside the training split only")
  func trainingRows() throws {
    // The model knows its training rows by heart and guesses the others.
    var rows = FilesAuditTests.rows(800, seed: 21)
    for index in rows.indices {
      rows[index].split = index < 500 ? "train" : "test"
      let right = index < 500 || index.isMultiple(of: 2)
      let middle = 0.01 * Double(index)
      (rows[index].scoreChosen, rows[index].scoreRejected) = right ? (middle + 1, middle - 1) : (middle - 1, middle + 1)
    }
    let audit = FilesAuditTests.audit(rows)
    #expect(audit[.accuracy]?.tests.first?.estimate == 0.5 && audit[.accuracy]?.tests.first?.count == 300)
    #expect(audit[.accuracy]?.verdict == .fails)
    #expect(audit[.calibration]?.tests.first?.count == 300 && audit[.labelNoise]?.tests.first?.count == 300)
    #expect(audit[.ties]?.tests.first?.count == 800)
    for index in rows.indices { rows[index].split = "train" }
    let memorised = FilesAuditTests.audit(rows)
    for check in [AuditCheck.accuracy, .calibration, .labelNoise, .lengthBias] {
      #expect(memorised[check]?.verdict == .unknown)
    }
    #expect(memorised[.accuracy]?.missing?.contains("training split") == true)
  }

  @Test("from more pairs than are needed a random part is drawn, not every k-th: a file with a period does not fool it")
  func period() throws {
    // Every second pair has a hundred times the margin of the others; labels follow the small ones.
    let rows = (0..<44_000).map { index in
      let odd = !index.isMultiple(of: 2)
      var stream = RandomSource(seed: 4).stream("row", index)
      let margin = stream.normal()
      let right = stream.bernoulli(1 / (1 + exp(-abs(margin))))
      let size = (odd ? 3 : 1) * abs(margin)
      return PreferenceRow(
        prompt: "p\(index)", chosen: "a\(index)", rejected: "b\(index)", scoreChosen: right ? size : 0,
        scoreRejected: right ? 0 : size)
    }
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    let audit = FilesAudit(input, checks: [.calibration], random: RandomSource(seed: 1))
    let slope = try #require(audit[.calibration]?.tests.first?.estimate)
    // Of all pairs the slope is about 0.42; of the even ones alone it would be 1.
    #expect(slope < 0.6)
  }
}

@Suite("Correction in two steps")
struct TwoStepCorrectionTests {
  @Test("Holm's p-values are those of statsmodels' multipletests")
  func holm() {
    for (value, wanted) in zip(HolmCorrection.corrected([0.5, 0.01, 0.02, 0.04]), [0.5, 0.04, 0.06, 0.08]) {
      #expect(abs(value - wanted) < 1e-12)
    }
  }

  @Test("a check's least p-value after both steps is Benjamini and Yekutieli's of its Holm-corrected least one")
  func steps() {
    let checks = [[0.5, 0.01], [0.0001], [], [0.3, 0.2, 0.9]]
    let corrected = FalseDiscovery.corrected(byCheck: checks)
    let own = FalseDiscovery.corrected([0.02, 0.0001, 1, 0.6])
    #expect(corrected.map { $0.min() ?? 1 } == own)
    #expect(corrected[2].isEmpty)
  }

  @Test("more files hide no failure: whatever p-values another check gets, the others' corrected ones do not rise")
  func monotone() {
    var stream = RandomSource(seed: 5).stream("p")
    for _ in 0..<200 {
      var checks = (0..<8).map { _ in (0..<3).map { _ in pow(stream.uniform(), 4) } }
      checks[3] = []
      let before = FalseDiscovery.corrected(byCheck: checks)
      checks[3] = (0..<40).map { _ in stream.uniform() }
      let after = FalseDiscovery.corrected(byCheck: checks)
      for check in checks.indices where check != 3 {
        for (old, new) in zip(before[check], after[check]) { #expect(new <= old + 1e-15) }
      }
    }
  }
}

@Suite("The noncentral χ² distribution")
struct NoncentralChiSquareTests {
  @Test("it is SciPy's")
  func scipy() {
    // scipy.stats.ncx2.cdf(x, degrees, noncentrality); chi2.cdf without one.
    let wanted: [(Double, Double, Double, Double)] = [
      (5, 5, 35, 1.2307606031840658e-05), (20, 5, 35, 0.033308592029791195), (60, 5, 35, 0.9375371130897027),
      (3, 2, 0, 0.7768698398515702), (400, 10, 300, 0.9926120615564102),
    ]
    for (x, degrees, noncentrality, p) in wanted {
      #expect(
        abs(NoncentralChiSquare.distribution(x, degrees: degrees, noncentrality: noncentrality) - p) < 1e-10 * max(1, p)
      )
    }
    #expect(NoncentralChiSquare.distribution(2, degrees: 1, noncentrality: 1500) < 1e-200)
    #expect(abs(NoncentralChiSquare.noncentrality(20, degrees: 5, p: 0.025) - 36.55721032051866) < 1e-7)
    #expect(abs(NoncentralChiSquare.noncentrality(20, degrees: 5, p: 0.975) - 3.3471851680400815) < 1e-7)
    #expect(NoncentralChiSquare.noncentrality(1, degrees: 5, p: 0.975) == 0)
  }
}

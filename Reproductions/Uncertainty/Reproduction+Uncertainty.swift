import Compute
import Feedback
import Foundation

extension Reproduction {
  /// Whether four uncertainties of a learned reward are four.
  static let uncertainty = Reproduction(
    name: "uncertainty", summary: "Four uncertainties of a reward: what raises each, and what it leaves alone",
    source: "our own study; parts after MacKay 1992, Lakshminarayanan et al. 2017, Vovk et al. 2005",
    duration: "some minutes; --quick one",
    quick: { random in
      var study = UncertaintyStudy()
      (study.seeds, study.answers, study.asked, study.minibatches) = (8, 500, 100, 200)
      return try result(study, random: random)
    },
    run: { random in try result(UncertaintyStudy(), random: random) })

  private static func result(_ study: UncertaintyStudy, random: RandomSource) throws -> ReproductionResult {
    let (plants, twins) = (UncertaintyStudy.plants, UncertaintyStudy.twins)
    let all = [UncertaintyStudy.unchanged] + plants + twins
    let cells = try Parts.run(all.count * study.seeds) { part in
      let plant = all[part / study.seeds]
      return try study.numbers(plant, random: random.child("uncertainty/\(plant.name)", part % study.seeds))
    }
    func seeds(_ index: Int) -> [[Double]] { Array(cells[index * study.seeds..<(index + 1) * study.seeds]) }
    let kinds = FourUncertainties.Kind.allCases
    let matrix = UncertaintyMatrix(unchanged: seeds(0), planted: plants.indices.map { seeds(1 + $0) })
    let beside = UncertaintyMatrix(unchanged: seeds(0), planted: twins.indices.map { seeds(1 + plants.count + $0) })
    var numbers: [ReproducedNumber] = []
    for (row, plant) in plants.enumerated() {
      for (column, kind) in kinds.enumerated() {
        let effect = matrix.effects[row][column]
        numbers.append(
          ReproducedNumber(
            "\(plant.name): \(kind.rawValue)", effect.value, interval: effect.interval,
            note: ShiftTable.text(effect.interval) + (row == column ? "; the one it should raise" : "")))
      }
      numbers.append(
        ReproducedNumber(
          "\(plant.name): by how much it leads its row and column", matrix.lead(row),
          note: matrix.holds(row)
            ? "apart: at least 3, and 2 times the largest other" : "NOT apart: 3 and 2 times are asked"))
    }
    for (row, twin) in twins.enumerated() {
      for (column, kind) in kinds.enumerated() {
        let effect = beside.effects[row][column]
        numbers.append(
          ReproducedNumber(
            "\(twin.name): \(kind.rawValue)", effect.value, interval: effect.interval,
            note: ShiftTable.text(effect.interval)))
      }
    }
    return ReproductionResult(
      title: "Uncertainty: changes of four numbers, in deviations over \(study.seeds) unchanged seeds",
      numbers: numbers,
      remarks: [
        "Noise and another kind of person make an answer say less of the reward; they come with more answers, so that "
          + "together they say as much, worked out beforehand for a normal law of returns.",
        "What is moved is less familiar where it is still judged, and members are farther apart there: the numbers "
          + "that rest on answers are means within quarters of the p-value.",
        "The specification is a mean square less its noise, so that it can fall below 0 by chance.",
        "The reward, its training and the plants were chosen with an eye on outcomes of other seeds, and so were "
          + "parts of the numbers themselves (untrained features in place of trained ones, which have seen the answers).",
      ])
  }
}

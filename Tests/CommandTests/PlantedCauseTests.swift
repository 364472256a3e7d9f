import Compute
import Reproductions
import Testing

@Suite("Planted causes")
struct PlantedCauseTests {
  @Test("of ten learned rewards the planted cause is named first, slips stand in the top tenth, twins are quiet")
  func small() throws {
    let result = try PlantedCauseStudy.result(models: 10, isQuick: true, RandomSource(seed: 1))
    func number(_ name: String) throws -> Double {
      try #require(result.numbers.first { $0.name.hasPrefix(name) }).ours
    }
    // Where 95 of 100 are named, fewer than eight of ten are one chance in 87.
    #expect(try number("cause named first") >= 0.8)
    #expect(try number("a method blind to the network is caught") == 1)
    #expect(try number("slips in the most suspicious tenth") >= 0.9)
    // At a rate of 5 %, more than four alarms of 20 are one chance in 390.
    #expect(try number("the same without slips") <= 0.2)
  }
}

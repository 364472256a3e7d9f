import Compute
import Foundation
import Testing

@Suite("Running normalisers by hand")
struct NormalizerFormulaTests {
  private func normalized(_ normalizer: RunningNormalizer, _ values: [Float], clip: Float? = nil) -> [Float] {
    var result = [Float](repeating: 99, count: values.count)
    var target = result.mutableSpan
    normalizer.normalize(values.span, rows: values.count / normalizer.size, into: &target, clip: clip)
    return result
  }

  @Test("two batches, two columns: mean, deviations, and what they make of a row")
  func batches() throws {
    var normalizer = RunningNormalizer(size: 2, epsilon: 0.25)
    #expect(normalizer.variance == [1, 1] && normalized(normalizer, [3, -4]) == [3, -4])
    normalizer.update(([1, 10, 3, 30] as [Float]).span, rows: 2)
    #expect(normalizer.count == 2 && normalizer.mean == [2, 20] && normalizer.sumSquaredDeviations == [2, 200])
    normalizer.update(([8, 20] as [Float]).span, rows: 1)
    #expect(normalizer.count == 3 && normalizer.mean == [4, 20] && normalizer.sumSquaredDeviations == [26, 200])
    let before = normalizer
    let nothing: [Float] = []
    normalizer.update(nothing.span, rows: 0)
    #expect(normalizer == before)
    let scales: [Float] = [26.0 / 3, 200.0 / 3].map { (variance: Double) -> Float in
      Float(1 / (variance + 0.25).squareRoot())
    }
    #expect(normalizer.variance == [26.0 / 3, 200.0 / 3])
    let wanted: [Float] = [scales[0], 0, 0, 10 * scales[1]]
    #expect(normalized(normalizer, [5, 20, 4, 30]) == wanted)
    #expect(normalized(normalizer, [100, -100], clip: 2) == [2, -2])
    #expect(normalized(normalizer, [.nan, 20], clip: 2)[0].isNaN)
    var gradients: [Float] = [1, 1, 2, 4]
    gradients.withUnsafeMutableBufferPointer { normalizer.denormalizeGradients($0.baseAddress!, rows: 2) }
    let scaled: [Float] = [scales[0], scales[1], 2 * scales[0], 4 * scales[1]]
    #expect(gradients == scaled)
    // Merged, the parts are the whole, in either order; with nothing they stay.
    var (first, second) = (RunningNormalizer(size: 2, epsilon: 0.25), RunningNormalizer(size: 2, epsilon: 0.25))
    first.update(([1, 10, 3, 30] as [Float]).span, rows: 2)
    second.update(([8, 20] as [Float]).span, rows: 1)
    var merged = first
    merged.merge(second)
    #expect(merged == normalizer)
    second.merge(first)
    #expect(second.count == 3 && zip(second.sumSquaredDeviations, [26, 200]).allSatisfy { abs($0 - $1) < 1e-9 })
    merged.merge(RunningNormalizer(size: 2, epsilon: 0.25))
    #expect(merged == normalizer)
    #expect(try JSONDecoder().decode(RunningNormalizer.self, from: JSONEncoder().encode(normalizer)) == normalizer)
  }

  @Test("statistics that cannot be are refused")
  func refusals() throws {
    func said(_ count: Double, _ mean: [Double], _ squares: [Double], _ epsilon: Double = 0) -> String {
      do {
        return
          "\(try RunningNormalizer(count: count, mean: mean, sumSquaredDeviations: squares, epsilon: epsilon).size)"
      } catch { return "\(error)" }
    }
    let bad = "a normaliser with a negative or non-finite statistic"
    #expect(said(0, [0], [0]) == "1" && said(3, [1, 2], [0, 4]) == "2")
    #expect(said(1, [1, 2], [3]) == "a normaliser with 2 means and 1 deviations")
    #expect(said(-1, [1], [1]) == bad && said(.infinity, [1], [1]) == bad && said(1, [.nan], [1]) == bad)
    #expect(said(1, [1], [-1]) == bad && said(1, [1], [.infinity]) == bad)
    #expect(said(1, [1], [1], -1) == bad && said(1, [1], [1], .infinity) == bad)
    let whole = try RunningNormalizer(count: 4, mean: [2], sumSquaredDeviations: [12], epsilon: 1)
    #expect(normalized(whole, [6]) == [2])
    let none = try RunningNormalizer(count: 0, mean: [0], sumSquaredDeviations: [0], epsilon: 1)
    #expect(normalized(none, [6]) == [6] && none.variance == [1])
  }
}

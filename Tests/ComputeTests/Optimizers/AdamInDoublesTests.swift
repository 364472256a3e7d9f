import Compute
import Testing

/// Right values from the textbook form of Kingma and Ba 2015, with the moments' bias corrected before they are divided.
@Suite("Adam in doubles")
struct AdamInDoublesTests {
  @Test("three steps uphill along 2, −1 and ½ at a rate of 0.1 are those of the textbook")
  func steps() {
    var adam = AdamInDoubles(count: 1)
    var parameters = [0.0]
    for (gradient, expected) in [(2.0, 0.09999999950000009), (-1, 0.12663370329756857), (0.5, 0.16067661786105747)] {
      adam.ascend(&parameters, along: [gradient], rate: 0.1)
      #expect(abs(parameters[0] - expected) < 1e-14, "\(gradient): \(parameters[0])")
    }
  }

  @Test("the first step is as long as the rate, whatever the gradient's size, and goes its way; no gradient, no step")
  func firstStep() {
    var adam = AdamInDoubles(count: 4)
    var parameters = [1.0, 1, 1, 1]
    adam.ascend(&parameters, along: [1e3, -1e3, 1, 0], rate: 0.25)
    for (value, expected) in zip(parameters, [1.25, 0.75, 1.25, 1]) { #expect(abs(value - expected) < 1e-8) }
    #expect(parameters[3] == 1)
  }

  @Test("parameters do not touch each other: together they go as each alone does")
  func apart() {
    let gradients = [[0.3, -2, 1e-3], [-0.1, 4, 1e-3], [0.7, 0, -2e-3]]
    var together = AdamInDoubles(count: 3)
    var all = [0.0, 1, -1]
    for gradient in gradients { together.ascend(&all, along: gradient, rate: 0.01) }
    for index in 0..<3 {
      var alone = AdamInDoubles(count: 1)
      var one = [[0.0, 1, -1][index]]
      for gradient in gradients { alone.ascend(&one, along: [gradient[index]], rate: 0.01) }
      #expect(one[0] == all[index])
    }
  }

  @Test("it climbs to the top of a parabola")
  func top() {
    var adam = AdamInDoubles(count: 2)
    var place = [4.0, -3]
    for step in 0..<2000 {
      adam.ascend(&place, along: [-2 * (place[0] - 1), -20 * (place[1] - 0.5)], rate: 0.1 / (1 + 0.01 * Double(step)))
    }
    #expect(abs(place[0] - 1) < 1e-3)
    #expect(abs(place[1] - 0.5) < 1e-3)
  }
}

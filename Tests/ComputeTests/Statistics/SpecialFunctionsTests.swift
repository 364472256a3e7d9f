import Compute
import Testing

/// Expected values were computed with SciPy 1.17.1.
@Suite("Special functions")
struct SpecialFunctionsTests {
  @Test(
    "log-gamma agrees with SciPy",
    arguments: [
      (1e-10, 23.025850929882733), (0.5, 0.5723649429247), (2.5, 0.2846828704729192), (10, 12.801827480081469),
      (171.3, 708.1149470389971), (1e6, 12815504.569147611),
    ])
  func logGamma(x: Double, expected: Double) {
    expectClose(SpecialFunctions.logGamma(x), expected, relative: 1e-14)
  }

  @Test(
    "the incomplete beta function agrees with SciPy",
    arguments: [
      (0.3, 2, 3, 0.34829999999999994), (0.999, 50, 0.5, 0.7523690199653766), (1e-8, 0.5, 0.5, 6.366197734286143e-05),
      (0.5, 1000, 1000, 0.4999999999999992), (0.02, 1, 200, 0.9824120533942784),
      (0.7, 12.5, 3.25, 0.17168692723612874),
    ])
  func incompleteBeta(x: Double, a: Double, b: Double, expected: Double) {
    expectClose(SpecialFunctions.incompleteBeta(x, a, b), expected, relative: 1e-12)
  }

  @Test(
    "the inverse of the incomplete beta function agrees with SciPy",
    arguments: [
      (0.025, 2, 3, 0.06758598648854294), (0.975, 50, 0.5, 0.9999901301319796),
      (1e-12, 0.5, 0.5, 2.4674011002723395e-24), (0.5, 1000, 1010, 0.4975116125846937),
      (0.975, 1, 200, 0.01827534035513624), (0.1, 0.01, 5, 1.2539904511227838e-101),
    ])
  func incompleteBetaInverse(p: Double, a: Double, b: Double, expected: Double) {
    expectClose(SpecialFunctions.incompleteBetaInverse(p, a, b), expected, relative: 1e-11)
  }

  @Test(
    "the normal quantile agrees with SciPy, far tails included",
    arguments: [
      (1e-300, -37.0470962993612), (1e-12, -7.034483825301131), (0.001, -3.090232306167813),
      (0.3, -0.5244005127080409), (0.975, 1.959963984540054), (0.9999999, 5.199337582290661),
    ])
  func normalQuantile(p: Double, expected: Double) {
    expectClose(SpecialFunctions.normalQuantile(p), expected, relative: 1e-12)
  }

  @Test(
    "the inverse error function agrees with SciPy",
    arguments: [
      (-0.999999, -3.458910737275499), (-0.3, -0.2724627147267544), (1e-9, 8.86226925452758e-10),
      (0.1, 0.08885599049425769), (0.5, 0.4769362762044699), (0.9, 1.1630871536766743),
      (0.9999999999, 4.572824958544925),
    ])
  func inverseErf(y: Double, expected: Double) {
    expectClose(SpecialFunctions.inverseErf(y), expected, relative: 1e-12)
  }

  @Test(
    "Student's quantile agrees with SciPy",
    arguments: [
      (0.975, 4, 2.7764451051977934), (0.975, 1, 12.706204736174694), (0.975, 2.5, 3.5746548420036817),
      (0.995, 1e6, 2.5758342201053344), (0.6, 7, 0.2631668613520229), (0.5001, 3, 0.00027206990911051864),
      (1e-8, 3, -479.5250695797382), (0.95, 30, 1.697260886593957),
    ])
  func studentQuantile(p: Double, degrees: Double, expected: Double) {
    expectClose(SpecialFunctions.studentQuantile(p, degrees: degrees), expected, relative: 1e-10)
  }

  @Test(
    "Student's distribution function agrees with SciPy",
    arguments: [
      (2, 5, 0.9490302605850708), (-0.1, 3, 0.46332617440040297), (-30, 2, 0.0005546313409798295),
      (1.96, 1e7, 0.9750020909873429),
    ])
  func studentDistribution(t: Double, degrees: Double, expected: Double) {
    expectClose(SpecialFunctions.studentDistribution(t, degrees: degrees), expected, relative: 1e-10)
  }

  @Test("outside their domains they are NaN, at its ends they are the limits")
  func domains() {
    #expect(SpecialFunctions.logGamma(-1).isNaN)
    #expect(SpecialFunctions.incompleteBeta(1.1, 2, 2).isNaN)
    #expect(SpecialFunctions.normalQuantile(-0.1).isNaN)
    #expect(SpecialFunctions.normalQuantile(0) == -.infinity)
    #expect(SpecialFunctions.studentQuantile(1, degrees: 3) == .infinity)
    #expect(SpecialFunctions.studentDistribution(-.infinity, degrees: 3) == 0)
    #expect(SpecialFunctions.inverseErf(1) == .infinity)
  }
}

func expectClose(
  _ value: Double, _ expected: Double, relative: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(abs(value - expected) <= relative * abs(expected), "\(value) ≠ \(expected)", sourceLocation: sourceLocation)
}

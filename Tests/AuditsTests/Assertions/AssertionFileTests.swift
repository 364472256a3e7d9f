import Audits
import Compute
import Testing

@Suite("Files of assertions")
struct AssertionFileTests {
  private func read(_ text: String) throws -> [ModelAssertion] {
    try AssertionFile.read(text, name: "assertions.txt", features: AssertionFixture.features())
  }

  @Test("every form is read, whatever its case, blanks and comments")
  func forms() throws {
    let assertions = try read(
      """
      # what a ladder should pay for
      reward stays between -1 and 2
      Reward stays ABOVE −.5   # a true minus
      reward rises with height while speed upwards<.5 and action = climb

      reward falls with "speed upwards" give or take 0.1 while height between 0.2 and .4
      never paid more when water = 1 than when water = 0
      never paid less when action = climb and height = 1 than when action = wait and height = 0
      reward does not depend on water by more than 0.6
      no jump above 3 between neighbours
      """)
    #expect(assertions.map(\.line) == [2, 3, 4, 6, 7, 8, 9, 10])
    #expect(assertions[0].claim == .stays(low: -1, high: 2) && assertions[1].claim == .stays(low: -0.5, high: nil))
    #expect(assertions[2].claim == .monotone(column: 0, rises: true) && assertions[2].actions == [0])
    #expect(
      assertions[2].conditions.map(\.column) == [1] && assertions[2].conditions[0].high == (0.5 as Float).nextDown)
    #expect(assertions[3].claim == .monotone(column: 1, rises: false) && assertions[3].tolerance == 0.1)
    #expect(assertions[3].conditions.map { [Float($0.column), $0.low, $0.high] } == [[0, 0.2, 0.4]])
    #expect(
      assertions[4].claim
        == .ordered(more: [.number(column: 2, value: 1)], less: [.number(column: 2, value: 0)]))
    // Never paid less is never paid more with the sides turned.
    #expect(
      assertions[5].claim
        == .ordered(
          more: [.action(1), .number(column: 0, value: 0)], less: [.action(0), .number(column: 0, value: 1)]))
    #expect(assertions[6].claim == .independent(column: 2) && assertions[6].tolerance == 0.6)
    #expect(assertions[7].claim == .smooth(jump: 3))
    #expect(try read("reward rises with height while water = 1 give or take .2")[0].tolerance == 0.2)
    #expect(assertions[1].text == "Reward stays ABOVE −.5")
  }

  @Test(
    "what cannot be read is told with its line, and what was meant",
    arguments: [
      ("reward rises with heigth", "assertions.txt:2: unknown feature 'heigth'; did you mean height?"),
      ("reward rizes with height", "did you mean 'rises'?"),
      ("rewrd rises with height", "did you mean 'reward'?"),
      (
        "never paid more when water = 1 then when water = 0",
        "'then when water = 0' stands where 'than when' should come"
      ),
      ("never paid more when action = clim than when action = wait", "unknown action 'clim'; did you mean climb?"),
      ("reward rises with action", "actions have no order"),
      ("reward stays between 2 and 1", "nothing lies between 2.0 and 1.0"),
      ("reward stays below much", "'much' is not a number"),
      ("reward stays below", "the line ends where a number should come"),
      ("no jump above -1 between neighbours", "below 0"),
      ("reward rises with height whilst water = 1", "'whilst water = 1' is left over; did you mean 'while'?"),
      ("reward rises with height while water", "the line ends where a comparison should come"),
      ("reward rises with height while water > 1 and water < 1", "no number meets all conditions"),
      ("reward rises with \"height", "a quotation mark is not closed"),
      ("never paid more when water = 1 than when water = 1", "both sides are the same"),
      ("the moon", "'the' begins no assertion"),
    ])
  func errors(line: String, said: String) throws {
    let error = try #require(throws: InputError.self) { try read("reward stays above 0\n" + line) }
    #expect(error.description.contains(said) && error.place == "assertions.txt:2", "\(error)")
  }

  @Test("a file without assertions is an error, not a success")
  func empty() {
    #expect(throws: InputError.self) { try read("# nothing\n\n") }
  }
}

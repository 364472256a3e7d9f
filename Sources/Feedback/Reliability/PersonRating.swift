/// One person's label for one item: "person 2 said 1 about question 17". All are counted from 0.
///
/// Not every person need rate everything, and a person may rate an item more than once.
public struct PersonRating: Codable, Sendable, Hashable {
  /// Who said it.
  public var person: Int
  /// What it is about.
  public var item: Int
  /// What was said.
  public var label: Int

  /// Takes the parts as they are.
  public init(person: Int, item: Int, label: Int) {
    self.person = person
    self.item = item
    self.label = label
  }
}

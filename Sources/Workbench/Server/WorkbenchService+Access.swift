import Foundation

extension WorkbenchService {
  /// Invitations and sessions: who can come in, who is in, and who is to be forgotten.
  func answerAboutAccess(_ endpoint: Endpoint, _ member: Member, _ body: Data) throws -> Outcome {
    switch endpoint {
    case .invitations: return .value(try store.invitations())
    case .sessions: return .value(try store.sessions(for: member))
    case .revoke: try store.revoke((try decode(body) as Messages.Named).id, by: member.name)
    case .endSession: try store.endSession((try decode(body) as Messages.Named).id, by: member)
    case .erase: return .value(try project.erase((try decode(body) as Messages.Remove).name, by: member.name))
    default: preconditionFailure("\(endpoint) is answered elsewhere")
    }
    return .value(Messages.Done())
  }
}

extension Messages {
  /// One of a list.
  struct Named: Decodable { var id: String }
}

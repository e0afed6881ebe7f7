import{_ as e,b as t,f as n,g as r,i,n as a,r as o}from"./words-BPgP0IWb.js";import{I as s,X as c,r as l}from"./client-D4qO3wIF.js";import{t as u}from"./useFollowed-C1tCUB1F.js";var d={active:`Active`,deactivated:`Deactivated`,all:`Active and deactivated`},f={name:`By name`,nameDescending:`By name, Z to A`,newest:`Newest first`,oldest:`Oldest first`},p={gold:`Gold`,teal:`Teal`,plum:`Plum`,blue:`Blue`,slate:`Slate`,clay:`Clay`},m=e=>i(e,`organization`),h={search:`Search organizations`,searchPlaceholder:`Search organizations…`,order:`Order`,orders:f,create:`Create`,importCsv:`Import CSV`,manageGroups:`Groups`,viewOnly:`View only. Ask an admin for the Editor role to make changes.`,filters:{label:`Filter organizations`,status:`Status`,statuses:d,groups:`Groups`,severalGroups:e=>`${n(e)} groups`,noGroup:`In no group`,archived:e=>`${e} (archived)`,noGroups:`No groups yet`,engineer:`Engineer`,vcio:`vCIO`,only:{engineer:e=>`Engineer: ${e}`,vcio:e=>`vCIO: ${e}`},several:{engineer:e=>`${n(e)} engineers`,vcio:e=>`${n(e)} vCIOs`},notAssigned:`Not assigned`,unmapped:`Unmapped in`,unmappedIn:e=>`Unmapped in ${e}`,unmappedInSeveral:e=>`Unmapped in ${i(e,`tool`)}`,noTools:`No tools connected`,gone:`Something deleted`,reset:`Reset`},list:{label:`Organizations`,select:`Select`,name:`Name`,engineer:`Engineer`,vcio:`vCIO`,groups:`Groups`,mapped:`Mapped`,notAssigned:`Not assigned`,blocked:e=>`${e} (blocked)`,deactivated:`Deactivated`,mappedOf:({mapped:e,total:t})=>`${n(e)} of ${n(t)}`,noTools:`No tools`,ticks:({mapped:e,suggested:t,missing:n})=>[e.length>0&&`Mapped in ${e.join(`, `)}.`,t.length>0&&`Suggested in ${t.join(`, `)}.`,n.length>0&&`Not mapped in ${n.join(`, `)}.`].filter(Boolean).join(` `),row:e=>[e.name,e.deactivated&&`deactivated`,e.engineer&&`engineer ${e.engineer}`,e.vcio&&`vCIO ${e.vcio}`,e.groups.length>0&&`in ${e.groups.join(`, `)}`,`mapped in ${o(e.mapped,e.total)}`].filter(Boolean).join(`, `),moreGroups:e=>`+${n(e)}`,legend:{mapped:`mapped`,suggested:`suggested`,missing:`not mapped`},counts:({active:e,deactivated:t})=>`${n(e)} active · ${n(t)} deactivated`,keys:`Arrows move, Enter opens, X selects`},empty:{search:e=>`No organizations match “${e}”.`,filtered:`No organizations match the filters.`,none:`No organizations yet. Create one, import a CSV file, or add them from IT Glue on Setup Organizations.`},picker:{search:`Search people`,placeholder:`Search people…`,list:`People`,searching:`Searching…`,noMatches:`Nobody matches. People are added under Settings.`,nobody:`Nobody has signed in yet. People are added under Settings.`,showing:({shown:e,total:t})=>`Showing ${o(e,t)}`,notAssigned:`Not assigned`,blocked:`blocked`},bulk:{engineer:`Engineer`,vcio:`vCIO`,assign:{engineer:`Assign engineer`,vcio:`Assign vCIO`},addToGroup:`Add to group`,removeFromGroup:`Remove from group`,newGroup:`New group…`,deactivate:`Deactivate`,deactivateFrees:e=>`frees ${i(e,`license`)}`,reactivate:`Reactivate`,reactivateUses:e=>`uses ${i(e,`license`)}`,remove:`Delete…`,more:`More`},done:{assigned:{engineer:({n:e,name:t})=>`${t} is now the engineer of ${m(e)}.`,vcio:({n:e,name:t})=>`${t} is now the vCIO of ${m(e)}.`},unassigned:{engineer:e=>`${m(e)} ${a(e,`has`,`have`)} no engineer now.`,vcio:e=>`${m(e)} ${a(e,`has`,`have`)} no vCIO now.`},added:({n:e,group:t})=>`Added ${m(e)} to “${t}”.`,removed:({n:e,group:t})=>`Removed ${m(e)} from “${t}”.`,deactivated:e=>`Deactivated ${m(e)}.`,reactivated:e=>`Reactivated ${m(e)}.`,deleted:e=>`Deleted ${m(e)}.`,nothing:`Nothing to change: it was so already.`,noteSaved:e=>`Saved the note of “${e}”.`,noteRemoved:e=>`Removed the note of “${e}”.`,groupCreated:e=>`Created the group “${e}”.`,groupSaved:e=>`Saved the group “${e}”.`,groupArchived:e=>`Archived the group “${e}”.`,groupRestored:e=>`Restored the group “${e}”.`},deleting:{title:`Delete organizations`,checking:`Checking what can be deleted…`,all:e=>`Delete ${m(e)}? ${a(e,`It is`,`They are`)} mapped to nothing. You can undo this.`,some:({n:e,kept:t})=>`Delete ${m(e)}? ${m(t)} ${a(t,`stays`,`stay`)}:`,none:`None of these organizations can be deleted:`,deactivateInstead:`An organization with mappings can be deactivated instead.`,submit:e=>`Delete ${n(e)}`,moreKept:e=>`and ${n(e)} more`},groups:{title:`Groups`,explanation:`Groups help you find and filter organizations. They don’t restrict who sees what.`,name:`Name`,color:`Color`,colors:p,create:`Create group`,rename:e=>`Edit ${e}`,edit:`Edit`,archive:`Archive`,archiveFor:e=>`Archive ${e}`,restore:`Restore`,restoreFor:e=>`Restore ${e}`,archived:`Archived`,archivedExplanation:`Archived groups keep their organizations, but are no longer offered in filters.`,count:m,show:({name:e,n:t})=>`${m(t)} in ${e}: show`,none:`No groups yet. Create one to sort your clients, for example by contract or region.`,newTitle:`New group`,editTitle:`Edit group`,list:`Groups`},detail:{list:`Organizations`,path:`You are here`,gone:`This organization no longer exists, or the link is mistyped.`,backToList:`Go to Organizations`,rename:`Rename`,more:`More actions`,deactivated:`Deactivated`,group:`Group`,addGroup:`Add to a group`,removeGroup:e=>`Remove from ${e}`,mappings:`Mappings`,mappedIn:({mapped:e,total:t})=>`${n(e)} of ${i(t,`tool`)}`,editInGrid:`Edit in the grid`,notMapped:`Not mapped`,suggested:e=>`Suggested: ${e}`,removed:`no longer listed`,mappedBy:({how:e,name:t,time:n})=>`${e}, ${t}, ${n}`,open:({name:e,tool:t})=>`Open ${e} in ${t}`,mappingActions:e=>`Actions for ${e}`,clear:`Clear this mapping`,showInHistory:`Show in History`,otherNames:`Also known as`,otherNamesExplanation:`Learned from mappings; used to suggest others`,people:`People`,choose:{engineer:`Change engineer`,vcio:`Change vCIO`},note:`Note`,editNote:`Edit the note`,addNote:`Add a note`,noteLabel:`What your team should know`,noNote:`No note.`,noteBy:({name:e,time:t})=>`${e}, ${t}`,noteChanged:({name:e})=>`${e} changed the note meanwhile. Saving replaces it:`,history:`History`,allHistory:e=>`All ${n(e)}`,noHistory:`Nothing yet.`,created:e=>`Created ${e}`}},g=t(e(),1),_=r(),v=c(`
  fragment GroupFields on OrganizationGroup {
    id
    name
    color
    archived
  }
`),y=c(`
  fragment PersonFields on Person {
    id
    name
    blocked
  }
`),b=c(`
    fragment RowFields on Organization {
      id
      name
      active
      engineer {
        ...PersonFields
      }
      vcio {
        ...PersonFields
      }
      groups {
        ...GroupFields
      }
      mappings {
        id
        integration {
          id
        }
      }
      suggestions {
        externalOrg {
          id
          integration {
            id
          }
        }
      }
    }
  `,[y,v]),x=c(`
    query RowsPage($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $orderBy: OrganizationOrder) {
      organizations(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...RowFields
        }
      }
    }
  `,[b]),S=c(`
  query RowKeys($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $orderBy: OrganizationOrder) {
    organizations(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        active
      }
    }
  }
`),C=c(`
    query RowsOf($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...RowFields
        }
      }
    }
  `,[b]),w=c(`
  query StatusCounts {
    active: organizations(first: 1) {
      totalCount
    }
    deactivated: organizations(first: 1, filter: { active: false }) {
      totalCount
    }
  }
`),T=c(`
    query Groups {
      groups(archived: null) {
        ...GroupFields
        organizationCount
      }
    }
  `,[v]),E=c(`
    query PeopleSearch($first: Int!, $search: String) {
      people(first: $first, search: $search) {
        totalCount
        nodes {
          ...PersonFields
        }
      }
    }
  `,[y]),D=c(`
  query PeopleNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Person {
        id
        name
      }
    }
  }
`),O=c(`
    mutation AssignPeople($input: AssignPeopleInput!) {
      assignPeople(input: $input) {
        organizations {
          id
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `),k=c(`
  mutation SetGroupMembers($groupId: ID!, $add: [ID!], $remove: [ID!]) {
    setGroupMembers(input: { groupId: $groupId, addOrganizationIds: $add, removeOrganizationIds: $remove }) {
      organizations {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`),A=c(`
    mutation SaveGroup($input: SaveGroupInput!) {
      saveGroup(input: $input) {
        group {
          ...GroupFields
          organizationCount
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[v]),j=c(`
    mutation UpdateOrganizations($ids: [ID!]!, $active: Boolean, $note: String) {
      updateOrganizations(input: { organizationIds: $ids, active: $active, note: $note }) {
        organizations {
          id
          active
          note
        }
        quota {
          ...QuotaFields
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[s]),M=c(`
  mutation DeletePreview($ids: [ID!]!) {
    deleteOrganizations(input: { organizationIds: $ids, dryRun: true }) {
      userErrors {
        code
        message
        path
      }
    }
  }
`),N=c(`
    query OrganizationDetail($id: ID!) {
      node(id: $id) {
        __typename
        ... on Organization {
          ...RowFields
          createdAt
          note
          noteChange {
            id
            at
            actor {
              name
            }
          }
          aliases {
            id
            name
          }
          details: mappings {
            id
            origin
            createdAt
            createdByActor {
              name
              kind
            }
            change {
              id
            }
            integration {
              id
            }
            externalOrg {
              id
              name
              remoteId
              url
              city
              website
              removedAt
            }
          }
          proposed: suggestions {
            tier
            externalOrg {
              id
              name
              integration {
                id
              }
            }
          }
          history(first: 8) {
            totalCount
            nodes {
              id
              at
              summary
              actor {
                name
              }
            }
          }
        }
      }
    }
  `,[b]),P={page:`_page_149a8_1`,tools:`_tools_149a8_2`,search:`_search_149a8_3`,filters:`_filters_149a8_4`,doing:`_doing_149a8_5`,menu:`_menu_149a8_6`,soft:`_soft_149a8_7`,problem:`_problem_149a8_8`,problemText:`_problemText_149a8_9`,link:`_link_149a8_10`,frame:`_frame_149a8_13`,scroller:`_scroller_149a8_14`,waiting:`_waiting_149a8_15`,header:`_header_149a8_17`,row:`_row_149a8_17`,body:`_body_149a8_18`,off:`_off_149a8_25`,box:`_box_149a8_27`,name:`_name_149a8_29`,person:`_person_149a8_33`,cardLabel:`_cardLabel_149a8_34`,tags:`_tags_149a8_35`,mapped:`_mapped_149a8_36`,ticks:`_ticks_149a8_37`,waitingRow:`_waitingRow_149a8_42`,empty:`_empty_149a8_44`,foot:`_foot_149a8_45`,legend:`_legend_149a8_46`,order:`_order_149a8_48`,keys:`_keys_149a8_49`,bar:`_bar_149a8_51`,note:`_note_149a8_53`,tag:`_tag_149a8_35`,choices:`_choices_149a8_67`,choice:`_choice_149a8_67`,choiceMark:`_choiceMark_149a8_70`,choicesFoot:`_choicesFoot_149a8_71`,groups:`_groups_149a8_74`,groupsHead:`_groupsHead_149a8_76`,groupActions:`_groupActions_149a8_77`,colors:`_colors_149a8_78`,reasons:`_reasons_149a8_83`};function F({group:e,children:t}){return(0,_.jsxs)(`span`,{className:P.tag,"data-color":e.color,"data-archived":e.archived||void 0,children:[(0,_.jsx)(`span`,{children:e.name}),t]})}function I(){let[e,t]=(0,g.useState)(null);return u(async()=>{let{data:e}=await l(`query`,T,{});e&&t(e.groups)}),e}export{M as a,E as c,x as d,A as f,h as g,j as h,O as i,S as l,w as m,F as n,N as o,k as p,P as r,D as s,I as t,C as u};